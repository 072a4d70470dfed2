"""What one event adds to usage."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crewlab.executions.accounting import usage_of
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import (
    BaseEvent,
    ModelCallCancelled,
    ModelCallCompleted,
    ModelCallFailed,
    TaskStarted,
    ToolCallCompleted,
)

ERROR = ErrorReport(type="E", title="t", message="m")


def call(kind: type[BaseEvent] = ModelCallCompleted, **fields: Any) -> BaseEvent:
    return kind(execution_id="e", call_id="c", model="m", started_at=datetime.now(UTC), **fields)


def test_a_priced_call_adds_tokens_cost_and_retries():
    """Everything that the call reports."""
    usage = usage_of(call(input_tokens=10, output_tokens=5, cached_tokens=4, cost_usd=0.01, retries=2))
    assert usage
    assert (usage.model_calls, usage.input_tokens, usage.cached_tokens, usage.cost_usd, usage.retries) == (
        1, 10, 4, 0.01, 2,
    )  # fmt: skip
    assert (usage.unpriced_calls, usage.unknown_calls, usage.failed_calls) == (0, 0, 0)


@pytest.mark.parametrize(
    ("event", "unpriced", "unknown", "failed"),
    [
        (call(input_tokens=1, output_tokens=1), 1, 0, 0),
        (call(input_tokens=1, output_tokens=1, is_rehearsal=True), 0, 0, 0),
        (call(input_tokens=1, output_tokens=1, is_replay=True), 0, 0, 0),
        (call(), 0, 1, 0),
        (call(ModelCallCancelled), 0, 1, 0),
        (call(ModelCallFailed, error=ERROR), 0, 0, 1),
    ],
)
def test_unpriced_and_unknown_are_told_apart(event: BaseEvent, unpriced: int, unknown: int, failed: int):
    """No price is unpriced, no tokens is unknown, a failed call without tokens used none; none is zero dollars."""
    usage = usage_of(event)
    assert usage
    assert (usage.unpriced_calls, usage.unknown_calls, usage.failed_calls) == (unpriced, unknown, failed)
    assert usage.cost_usd is None


def test_a_tool_call_counts_and_other_events_do_not():
    """One per tool call; nothing for the rest."""
    tool = ToolCallCompleted(execution_id="e", call_id="c", tool="t", started_at=datetime.now(UTC))
    assert usage_of(tool).tool_calls == 1  # type: ignore[union-attr]  # it is there
    assert usage_of(TaskStarted(execution_id="e", task_index=0)) is None
