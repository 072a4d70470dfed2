"""Executions side by side: what differs in what they were, then in what they did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from crewlab.analysis.columns import REHEARSAL_NOTE
from crewlab.analysis.compare import differences
from crewlab.analysis.compare.comparability import warnings_of
from crewlab.analysis.compare.labels import execution_labels
from crewlab.analysis.compare.metrics import metrics_table, specification
from crewlab.analysis.compare.task_lines import tasks_table
from crewlab.analysis.figures import metric_bars, task_metric_bars
from crewlab.analysis.tables import WIDE_LIMIT, side_by_side, table
from crewlab.errors import ExecutionError
from crewlab.executions.execution import Execution

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go


def compare(executions: Sequence[Execution], tasks: pd.DataFrame, model_calls: pd.DataFrame) -> Comparison:
    """Compare two or more executions, documents included, with the first as baseline.

    Args:
        executions: What to compare; the same one twice counts once.
        tasks: Frame `tasks` of these executions.
        model_calls: Frame `model_calls` of these executions.

    Raises:
        ExecutionError: There are fewer than two different executions.
    """
    distinct = tuple({one.execution_id: one for one in executions}.values())
    if len(distinct) < 2:
        raise ExecutionError(
            "A comparison needs at least two executions.", "Select two or more on the Executions page."
        )
    return Comparison(distinct, execution_labels(distinct), tasks, model_calls)


@dataclass(frozen=True)
class Comparison:
    """Two or more executions against the first of them. Tables are wide up to six executions, long beyond."""

    executions: tuple[Execution, ...]
    labels: tuple[str, ...]
    """A short unique name per execution, used in every table and figure."""
    task_rows: pd.DataFrame
    model_call_rows: pd.DataFrame

    @property
    def baseline(self) -> Execution:
        """The first execution: all differences are against it."""
        return self.executions[0]

    @property
    def part(self) -> str:
        """What the executions are made of, as a word: task, step, or part where crews and flows are compared."""
        kinds = {execution.kind for execution in self.executions}
        return "task" if kinds == {"crew"} else "step" if kinds == {"flow"} else "part"

    @property
    def is_rehearsal(self) -> bool:
        """Whether any of them comes from the rehearsal model."""
        return any(one.is_rehearsal for one in self.executions)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to know before reading the figures."""
        return warnings_of(self.executions, self.labels)

    @property
    def caveat(self) -> str:
        """What may be concluded, in one sentence."""
        if self.is_rehearsal:
            return f"{REHEARSAL_NOTE}: the figures say nothing about a real model."
        return "One execution each: a difference between single executions may be chance."

    def config_diff(self) -> pd.DataFrame:
        """What changed in the definition since the baseline: labels, path, kind, before, after."""
        return differences.config_diff(self.executions, self.labels)

    def input_differences(self) -> pd.DataFrame:
        """The inputs that differ."""
        return differences.input_differences(self.executions, self.labels)

    def model_differences(self) -> pd.DataFrame:
        """The models that differ, as defined, as chosen at launch, as called."""
        return differences.model_differences(self.executions, self.labels, self.model_call_rows)

    def metrics(self) -> pd.DataFrame:
        """One row per metric and execution with its difference to the baseline."""
        return metrics_table(self.executions, self.labels)

    def summary(self) -> pd.DataFrame:
        """The metrics, one row each, with values and differences side by side where they fit."""
        long = self.metrics()
        if len(self.labels) > WIDE_LIMIT:
            return long
        index = ["metric", "unit", "direction"]
        values = side_by_side(long, index, {"value": "{}"}, self.labels)
        deltas = {"delta": "Δ {}", "delta_percent": "Δ% {}", "change": "{}: change"}
        return values.merge(side_by_side(long, index, deltas, self.labels[1:]), on=index)

    def tasks(self) -> pd.DataFrame:
        """One row per task and execution, lined up across versions; `presence` says how each stands."""
        return tasks_table(self.executions, self.labels, self.task_rows, self.model_call_rows)

    def task_metric(self, metric: str) -> pd.DataFrame:
        """One metric of every task, executions side by side where they fit, with differences."""
        long = self.tasks()[["task", "label", "presence", metric]]
        first = long[long["label"] == self.labels[0]].set_index("task")[metric]
        long = long.assign(delta=(long[metric] - long["task"].map(first)).astype("Float64").astype("float64"))
        if len(self.labels) > WIDE_LIMIT:
            return long
        values = side_by_side(long, ["task"], {metric: "{}"}, self.labels)
        deltas = side_by_side(long, ["task"], {"delta": "Δ {}", "presence": "{}: task"}, self.labels[1:])
        return values.merge(deltas, on="task")

    def outputs(self) -> pd.DataFrame:
        """The final output of each execution."""
        rows = [
            {"label": label, "execution_id": one.execution_id, "status": one.status.value, "output": one.output}
            for label, one in zip(self.labels, self.executions, strict=True)
        ]
        return table(rows, dict.fromkeys(("label", "execution_id", "status", "output"), "string"))

    def unit(self, metric: str) -> str:
        """The unit of a metric, such as seconds."""
        return specification(metric).unit

    def figure(self, kind: Literal["metrics", "tasks"], metric: str = "duration_seconds") -> go.Figure | None:
        """Bars of one metric, over executions or over tasks; `None` when nothing is known of it."""
        return metric_bars(self, metric) if kind == "metrics" else task_metric_bars(self, metric)
