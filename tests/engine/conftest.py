"""Engines of fakes, closed after each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crewlab.engine.engine import Engine
from crewlab.settings import Settings
from tests.engine.fakes import FakeCrewAI, FakeHome


@pytest.fixture
def settings(data: Path) -> Settings:
    """Settings of an empty data folder."""
    return Settings.from_environment()


@pytest.fixture
def make_engine(settings: Settings) -> Iterator[Callable[..., Engine]]:
    """Makes engines over a fake home and a fake crewAI."""
    engines: list[Engine] = []

    def make(home: FakeHome, crewai: FakeCrewAI, **changes: Any) -> Engine:
        chosen = settings.model_copy(update=changes)
        engines.append(Engine(home, chosen, credentials=lambda _: None, load=lambda: crewai))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close(2.0)
