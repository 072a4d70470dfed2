"""What Home shows."""

from __future__ import annotations

from datetime import timedelta

from crewlab.analysis import frames
from crewlab.analysis.summary import summarise
from tests.analysis.rows import NOON, executions


def test_spend_is_that_of_the_day_the_week_and_all_time():
    """Each execution counts in the windows that its launch falls into."""
    ages = {0.1: timedelta(hours=1), 0.2: timedelta(hours=13), 0.4: timedelta(days=6), 0.8: timedelta(days=30)}
    summary = summarise(executions(*({"cost_usd": c, "created_at": NOON - age} for c, age in ages.items())), now=NOON)
    spent = (summary.spend_today_usd, summary.spend_week_usd, summary.spend_total_usd)
    assert [round(usd or 0, 6) for usd in spent] == [0.1, 0.7, 1.5]


def test_rehearsal_and_unpriced_calls_are_not_zero_dollars():
    """Where nothing was priced the spend is unknown, and calls without a price are counted."""
    summary = summarise(executions({"is_rehearsal": True}, {"unpriced_calls": 2}), now=NOON)
    assert (summary.spend_total_usd, summary.unpriced_calls) == (None, 2)


def test_counts_follow_the_order_of_statuses():
    """Only statuses that occur, in the order in which an execution passes them."""
    summary = summarise(executions(*({"status": s} for s in ("failed", "completed", "running", "failed"))), now=NOON)
    assert list(summary.counts.items()) == [("running", 1), ("completed", 1), ("failed", 2)]
    assert summary.active == 1


def test_running_and_recent_are_told_apart_latest_first():
    """What has ended is recent, what has not is running."""
    rows = [{"status": status} for status in ("completed", "running", "failed", "pending")]
    summary = summarise(executions(*rows), now=NOON, recent=1)
    assert summary.running["execution_id"].tolist() == ["e3", "e1"]
    assert summary.recent["execution_id"].tolist() == ["e2"]


def test_only_rehearsal_needs_executions():
    """An empty store is not a rehearsed one."""
    assert summarise(executions({"is_rehearsal": True}), now=NOON).only_rehearsal
    assert not summarise(executions({"is_rehearsal": True}, {}), now=NOON).only_rehearsal
    assert not summarise(frames.empty("executions"), now=NOON).only_rehearsal
