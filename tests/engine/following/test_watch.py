"""Waiting for ends that come from other threads."""

from __future__ import annotations

import threading

from crewlab.engine.following.watch import Watch


def test_wait_returns_when_all_have_ended():
    """Not before the last one."""
    watch = Watch(["a", "b"])
    watch.ended("a")
    assert not watch.wait(0)
    threading.Thread(target=watch.ended, args=("b",)).start()
    assert watch.wait(60)


def test_an_end_that_could_not_be_stored_wakes_at_once():
    """Whoever waits is told why."""
    watch, error = Watch(["a", "b"]), OSError("disk full")
    watch.ended("a", error)
    assert not watch.wait(60)
    assert watch.error is error


def test_a_doubt_wakes_and_is_told_once():
    """An attempt that somebody else took has to be looked up; others do not concern this watch."""
    watch = Watch(["a"])
    watch.doubt("other")
    watch.doubt("a")
    assert not watch.wait(60)
    assert watch.take_doubtful() == {"a"}
    assert watch.take_doubtful() == set()


def test_giving_up_concerns_only_who_still_waits():
    """A watch whose executions have ended has nothing to give up."""
    done, waiting = Watch([]), Watch(["a"])
    for watch in (done, waiting):
        watch.give_up(RuntimeError("closed"))
    assert done.error is None
    assert waiting.error is not None


def test_a_late_note_of_an_earlier_attempt_ends_nothing():
    """The end of attempt 1 is told after attempt 2 was queued: who waits for the second goes on waiting."""
    watch = Watch(["a"], {"a": 2})
    watch.ended("a", attempt=1)
    assert watch.open == {"a"}
    watch.ended("a", attempt=2)
    assert watch.wait(0)


def test_what_was_told_before_the_attempt_was_known_is_judged_then():
    """An earlier attempt's end is taken back; the end of the attempt itself stands."""
    watch = Watch(["a", "b"])
    watch.ended("a", attempt=1)
    watch.ended("b", attempt=2)
    watch.expect("a", 2)
    watch.expect("b", 2)
    assert watch.open == {"a"}
