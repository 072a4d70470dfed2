"""The sequential process: one task after the other."""

from __future__ import annotations

from crewlab.engine.processes.sequential import Sequential


def test_the_next_task_starts_when_nothing_runs():
    """Tasks start in the order of the document, whatever they depend on."""
    process = Sequential([(), (0,), ()])
    assert process.ready(set(), set()) == [0]
    assert process.ready({0}, set()) == [1]
    assert process.ready({0, 1}, set()) == [2]
    assert process.ready({0, 1, 2}, set()) == []


def test_nothing_starts_beside_a_running_task():
    """Never two at a time."""
    assert Sequential([(), ()]).ready(set(), {0}) == []


def test_reused_tasks_are_skipped():
    """A resumed execution goes on with the first task that is not done."""
    assert Sequential([(), (), ()]).ready({0, 2}, set()) == [1]
