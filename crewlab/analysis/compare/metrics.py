"""The metrics that comparisons show, and what may be said about a difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from crewlab.analysis.columns import Column, column
from crewlab.analysis.tables import table
from crewlab.executions.execution import Execution
from crewlab.executions.status import ExecutionStatus

if TYPE_CHECKING:
    import pandas as pd

TASK_METRICS = (
    "duration_seconds",
    "cost_usd",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "reasoning_tokens",
    "model_calls",
    "failed_calls",
    "tool_calls",
    "retries",
    "guardrail_retries",
)
METRICS = (*TASK_METRICS, "attempts")

_TOKENS = frozenset({"input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens"})
_DTYPES = {
    "metric": "string",
    "unit": "string",
    "direction": "string",
    "label": "string",
    "execution_id": "string",
    "value": "float64",
    "baseline": "float64",
    "delta": "float64",
    "delta_percent": "float64",
    "change": "string",
}


def specification(metric: str) -> Column:
    """Unit, direction and help of a metric."""
    return column("executions", "attempt" if metric == "attempts" else metric)


def metrics_table(executions: Sequence[Execution], labels: Sequence[str]) -> pd.DataFrame:
    """One row per metric and execution: value, baseline (the first), difference and what it means.

    `change` is better, worse or same where the metric has a direction, and otherwise empty; `unknown`
    where a value is; `not completed` and `not evidence` where nothing should be concluded.
    """
    return table(_rows(executions, labels), _DTYPES)


def _rows(executions: Sequence[Execution], labels: Sequence[str]) -> Iterator[dict[str, Any]]:
    baseline = executions[0]
    for metric in METRICS:
        spec, first = specification(metric), value_of(baseline, metric)
        for execution, label in zip(executions, labels, strict=True):
            value = value_of(execution, metric)
            yield {
                "metric": metric,
                "unit": spec.unit,
                "direction": spec.direction,
                "label": label,
                "execution_id": execution.execution_id,
                "value": value,
                **difference(first, value, is_baseline=execution is baseline),
                "change": "" if execution is baseline else _change(metric, baseline, execution),
            }


def value_of(execution: Execution, metric: str) -> float | None:
    """The value of one metric; `None` is unknown."""
    if metric == "attempts":
        return execution.attempt
    if metric == "duration_seconds":
        return execution.duration_seconds
    value: float | None = getattr(execution.usage, metric)
    return value


def difference(baseline: float | None, value: float | None, *, is_baseline: bool = False) -> dict[str, float | None]:
    """Absolute and percentage difference; missing where either side is, or where the baseline is 0."""
    if is_baseline or baseline is None or value is None:
        return {"baseline": baseline, "delta": None, "delta_percent": None}
    delta = value - baseline
    percent = 100 * delta / baseline if baseline else None
    return {"baseline": baseline, "delta": delta, "delta_percent": percent}


def _change(metric: str, baseline: Execution, execution: Execution) -> str:
    first, value = value_of(baseline, metric), value_of(execution, metric)
    if baseline.is_rehearsal or execution.is_rehearsal:
        return "not evidence"
    if first is None or value is None or not (_is_whole(baseline, metric) and _is_whole(execution, metric)):
        return "unknown"
    if not baseline.status == execution.status == ExecutionStatus.COMPLETED:
        return "not completed"
    return word(specification(metric), value - first)


def word(spec: Column, delta: float) -> str:
    """Better, worse or same for a difference; nothing where the metric has no better direction."""
    if spec.direction is None:
        return ""
    if delta == 0:
        return "same"
    return "better" if (delta < 0) == (spec.direction == "lower") else "worse"


def _is_whole(execution: Execution, metric: str) -> bool:
    """Whether the sum has everything in it: no call without tokens, no call without a price."""
    usage = execution.usage
    if metric == "cost_usd":
        return not usage.unpriced_calls and not usage.unknown_calls
    return metric not in _TOKENS or not usage.unknown_calls
