"""Statuses and their legal moves."""

from __future__ import annotations

import pytest

from crewlab.executions.status import ACTIVE, NEXT, RESUMABLE, TERMINAL, ExecutionStatus


def test_every_status_says_where_it_may_go():
    """The table of moves is complete: no status is forgotten."""
    assert set(NEXT) == set(ExecutionStatus)


def test_a_status_is_either_active_or_terminal():
    """Every page can ask one question: will this change by itself?"""
    assert set(ExecutionStatus) == ACTIVE | TERMINAL
    assert not ACTIVE & TERMINAL


@pytest.mark.parametrize("status", sorted(TERMINAL))
def test_only_a_resume_leaves_a_terminal_status(status: ExecutionStatus):
    """What has ended stays ended, except that a failure, a cancel and an interruption can be resumed."""
    assert NEXT[status] == ({ExecutionStatus.PENDING} if status in RESUMABLE else frozenset())


@pytest.mark.parametrize("status", sorted(set(ExecutionStatus) - {ExecutionStatus.PENDING}))
def test_every_status_can_be_reached_from_pending(status: ExecutionStatus):
    """No status is dead vocabulary."""
    reached, frontier = set(), {ExecutionStatus.PENDING}
    while frontier:
        reached |= frontier
        frontier = {target for source in frontier for target in NEXT[source]} - reached
    assert status in reached
