"""Waiting for ends that come from other threads."""

from __future__ import annotations

import threading

from crewlab.engine.watch import Watch


def test_wait_returns_when_all_have_ended():
    """Not before the last one."""
    watch = Watch(["a", "b"])
    watch.ended("a")
    assert not watch.wait(0)
    threading.Thread(target=watch.ended, args=("b",)).start()
    assert watch.wait(5)


def test_an_end_that_could_not_be_stored_wakes_at_once():
    """Whoever waits is told why."""
    watch, error = Watch(["a", "b"]), OSError("disk full")
    watch.ended("a", error)
    assert not watch.wait(5)
    assert watch.error is error


def test_a_doubt_wakes_and_is_told_once():
    """An attempt that somebody else took has to be looked up; others do not concern this watch."""
    watch = Watch(["a"])
    watch.doubt("other")
    watch.doubt("a")
    assert not watch.wait(5)
    assert watch.take_doubtful() == {"a"}
    assert watch.take_doubtful() == set()


def test_giving_up_concerns_only_who_still_waits():
    """A watch whose executions have ended has nothing to give up."""
    done, waiting = Watch([]), Watch(["a"])
    for watch in (done, waiting):
        watch.give_up(RuntimeError("closed"))
    assert done.error is None
    assert waiting.error is not None
