"""Shared by the stories: a model server of their own, and rehearsals that do not take their time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crewlab.bridge import load
from tests.model_server import ModelServer


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A model server that remembers its requests."""
    with ModelServer() as running:
        yield running


@pytest.fixture(scope="module")
def at_once() -> Iterator[None]:
    """The latency of the rehearsal models in the examples and the gallery is for those who watch."""
    load()
    from crewlab.bridge.rehearsal.llm import RehearsalLLM

    pauses = RehearsalLLM._pauses
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RehearsalLLM, "_pauses", lambda llm, reply: ((0.0, chunk) for _, chunk in pauses(llm, reply)))
        yield
