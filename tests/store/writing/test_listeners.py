"""Who hears of events once they are durable."""

from __future__ import annotations

from typing import Any

from crewlab.store import Store
from tests.factories import OWNER, finished_execution


def test_listeners_hear_what_can_be_read(store: Store):
    """The same events, with the same ids, in the same order, each once; nothing after the end."""
    heard: list[Any] = []
    stop = store.events.listen(heard.extend, owner=OWNER)
    execution_id = finished_execution(store).execution_id
    stop()
    finished_execution(store)
    read = store.events.read(execution_id, owner=OWNER)
    assert [(row[0], store.events.parse(row)) for row in heard] == read


def test_nobody_hears_of_others(store: Store):
    """An owner's events are that owner's."""
    heard: list[Any] = []
    store.events.listen(heard.extend, owner="somebody else")
    finished_execution(store)
    assert heard == []


def test_a_listener_that_raises_stops_nothing(store: Store):
    """What it was told of is durable all the same."""

    def broken(rows: Any) -> None:
        raise RuntimeError

    store.events.listen(broken, owner=OWNER)
    assert finished_execution(store).status == "completed"
