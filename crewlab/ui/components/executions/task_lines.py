"""The tasks of an execution as lines that add up: each task, what belongs to none, and the total."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crewlab.analysis.frames import has_rehearsal, total
from crewlab.executions.usage import Usage

if TYPE_CHECKING:
    import pandas as pd

UNASSIGNED = "(unassigned: manager, planning)"
TOTAL = "Total"
USAGE = (
    "model_calls", "input_tokens", "output_tokens", "cost_usd", "tool_calls", "retries", "guardrail_retries",
    "failed_calls", "cached_tokens", "reasoning_tokens",
)  # fmt: skip
_SUMS = ("input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens", "cost_usd", "retries")


def task_lines(
    tasks: pd.DataFrame,
    model_calls: pd.DataFrame,
    tool_calls: pd.DataFrame,
    usage: Usage,
    duration_seconds: float | None,
) -> pd.DataFrame:
    """The rows of `tasks`, then a line for calls without a task if there are any, then the execution's total."""
    import pandas as pd

    lines = [_unassigned(model_calls, tool_calls)] if _has_unassigned(model_calls, tool_calls) else []
    lines.append({"task_name": TOTAL, "duration_seconds": duration_seconds, **_of_usage(usage)})
    lines = [{**line, "is_rehearsal": has_rehearsal(tasks)} for line in lines]
    extra = pd.DataFrame(lines, columns=tasks.columns).astype(tasks.dtypes)
    return pd.concat([tasks, extra], ignore_index=True)


def usage_columns(frame: pd.DataFrame, always: Sequence[str]) -> tuple[str, ...]:
    """The columns of usage in which any row has more than nothing, and those to show `always`."""
    return tuple(name for name in USAGE if name in always or frame[name].fillna(0).any())


def _has_unassigned(model_calls: pd.DataFrame, tool_calls: pd.DataFrame) -> bool:
    return bool(model_calls["task_name"].isna().any() or tool_calls["task_name"].isna().any())


def _unassigned(model_calls: pd.DataFrame, tool_calls: pd.DataFrame) -> dict[str, Any]:
    calls = model_calls[model_calls["task_name"].isna()]
    sums: dict[str, Any] = {name: total(calls[name]) for name in _SUMS}
    return {
        "task_name": UNASSIGNED,
        "duration_seconds": total(calls["duration_seconds"]),
        "model_calls": len(calls),
        "failed_calls": int((calls["status"] == "failed").sum()),
        "tool_calls": int(tool_calls["task_name"].isna().sum()),
        **sums,
    }


def _of_usage(usage: Usage) -> dict[str, Any]:
    return {name: getattr(usage, name) for name in USAGE}
