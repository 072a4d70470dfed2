"""The hierarchical process: the manager leads one task at a time."""

from __future__ import annotations

from crewlab.engine.processes import process_named


def test_tasks_are_led_one_at_a_time():
    """The order is that of the document."""
    process = process_named("hierarchical", [(), ()])
    assert process.ready(set(), set()) == [0]
    assert process.ready(set(), {0}) == []
    assert process.ready({0}, set()) == [1]
