"""Collections of garbage do not look through what crewAI's import has left."""

from __future__ import annotations

import gc

import pytest

from crewlab.bridge import garbage


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of the collector, which knows of nothing frozen."""
    asked: list[str] = []
    for name in ("collect", "freeze", "unfreeze"):
        monkeypatch.setattr(gc, name, lambda name=name: asked.append(name))
    monkeypatch.setattr(gc, "get_freeze_count", lambda: 0)
    monkeypatch.setattr(garbage, "_has_collected", False)
    monkeypatch.setattr(garbage, "_is_apart", False)
    monkeypatch.setattr(garbage.atexit, "register", lambda _: None)
    return asked


def test_what_was_imported_is_looked_through_once(done: list[str]):
    """Then it is left out until crewAI is let go; a lab that is opened again does not pay once more."""
    for _ in range(2):
        garbage.set_apart()
        garbage.put_back()
        garbage.put_back()
    assert done == ["collect", "freeze", "unfreeze", "freeze", "unfreeze"]


def test_who_has_done_so_before_is_left_alone(done: list[str], monkeypatch: pytest.MonkeyPatch):
    """Neither is anything frozen, nor is theirs undone at the end."""
    monkeypatch.setattr(gc, "get_freeze_count", lambda: 7)
    garbage.set_apart()
    garbage.put_back()
    assert done == []
