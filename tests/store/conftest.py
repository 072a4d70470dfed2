"""A real store in a folder of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crewlab.store import Store


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    """An open, empty store."""
    opened = Store.open(data, window_seconds=0.005)
    yield opened
    opened.close()
