"""Shared by the stories: a model server of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.model_server import ModelServer


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A model server that remembers its requests."""
    with ModelServer() as running:
        yield running
