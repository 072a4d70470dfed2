"""Tokens and money, counted after every call."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crewlab.engine.budget import Budget
from crewlab.errors import OverBudgetError
from crewlab.executions.accounting import usage_of
from crewlab.executions.events import BaseEvent, ModelCallCancelled, ModelCallCompleted, ModelCallStarted
from crewlab.executions.launch import LaunchOptions
from crewlab.executions.usage import Usage

BEGIN = ModelCallStarted(execution_id="e", call_id="c", model="openai/m")


def call(kind: type[BaseEvent] = ModelCallCompleted, **fields: Any) -> BaseEvent:
    return kind(execution_id="e", call_id="c", model="openai/m", started_at=datetime.now(UTC), **fields)


def budget(*calls: BaseEvent, spent: Usage | None = None, **limits: Any) -> tuple[Budget, list[str]]:
    """A budget after these calls, and how often it was exceeded."""
    exceeded: list[str] = []
    made = Budget(LaunchOptions(**limits), spent or Usage(), lambda: exceeded.append("once"))
    for event in calls:
        made.count(event, usage_of(event) or Usage())
    return made, exceeded


def test_no_limit_is_no_budget():
    """An execution without limits pays nothing for them."""
    assert Budget.of(LaunchOptions(timeout_seconds=1), Usage(), lambda: None) is None


def test_what_fits_is_admitted():
    """Exactly the limit is not over it."""
    made, exceeded = budget(call(input_tokens=6, output_tokens=4), max_tokens=10)
    made.admit(BEGIN)
    assert not exceeded


@pytest.mark.parametrize(
    ("event", "limits", "words"),
    [
        (call(input_tokens=6, output_tokens=5), {"max_tokens": 10}, "11 tokens"),
        (call(input_tokens=6, output_tokens=5, cost_usd=0.3), {"max_cost_usd": 0.2}, r"\$0.3"),
        (call(cost_usd=None), {"max_tokens": 10}, "did not say"),
        (call(input_tokens=6, output_tokens=5), {"max_cost_usd": 0.2}, "no known price"),
    ],
    ids=["tokens", "money", "unknown usage", "unpriced"],
)
def test_too_much_ends_it_once(event: BaseEvent, limits: dict[str, Any], words: str):
    """So does what cannot be counted; from then on no call begins."""
    made, exceeded = budget(event, event, **limits)
    assert exceeded == ["once"]
    with pytest.raises(OverBudgetError, match=words):
        made.admit(BEGIN)
    made.admit(event)


def test_rehearsal_and_cancelled_calls_break_no_budget():
    """The former costs nothing; of the latter nobody expects to know."""
    rehearsed = call(input_tokens=1, output_tokens=1, is_rehearsal=True)
    made, exceeded = budget(rehearsed, call(ModelCallCancelled), max_cost_usd=0.01, max_tokens=10)
    assert (made.breach, exceeded) == (None, [])


def test_earlier_attempts_count():
    """A resume begins with what was spent before."""
    made, exceeded = budget(spent=Usage(input_tokens=11), max_tokens=10)
    assert made.breach
    assert not exceeded
