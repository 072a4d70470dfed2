"""Whole tables for analysis, and what is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

from crewlab.lab.lab_reading import LabReading

if TYPE_CHECKING:
    from pandas import DataFrame

    from crewlab.analysis.columns import FrameScope
    from crewlab.analysis.compare import BatchComparison, Comparison


class LabTables(LabReading):
    """Frames with stable columns, and comparisons."""

    def executions_df(self, **scope: Unpack[FrameScope]) -> DataFrame:
        """One row per execution, those that a flow ran as its steps only by their ids.

        Scope of every table: execution_ids, batch_id, limit.
        """
        return self._frame("executions", **scope)

    def tasks_df(self, **scope: Unpack[FrameScope]) -> DataFrame:
        """One row per task and attempt."""
        return self._frame("tasks", **scope)

    def llm_calls_df(self, **scope: Unpack[FrameScope]) -> DataFrame:
        """One row per model call."""
        return self._frame("model_calls", **scope)

    def tool_calls_df(self, **scope: Unpack[FrameScope]) -> DataFrame:
        """One row per tool call."""
        return self._frame("tool_calls", **scope)

    def logs_df(self, **scope: Unpack[FrameScope]) -> DataFrame:
        """One row per event."""
        return self._frame("logs", **scope)

    def scores_df(self, **scope: Unpack[FrameScope]) -> DataFrame:
        """One row per output that a judge was asked about."""
        return self._frame("scores", **scope)

    def steps_df(self, **scope: Unpack[FrameScope]) -> DataFrame:
        """One row per call of a step of a flow and attempt."""
        return self._frame("steps", **scope)

    def state_changes_df(self, **scope: Unpack[FrameScope]) -> DataFrame:
        """One row per field of the state of a flow that a step wrote."""
        return self._frame("state_changes", **scope)

    def batches_df(self) -> DataFrame:
        """One row per batch."""
        return self._frame("batches")

    def _frame(self, name: Any, **scope: Any) -> DataFrame:
        from crewlab.analysis import frames

        return frames.load(self.store, name, owner=self.settings.owner, **scope)

    def batch_table(self, batch_id: str) -> DataFrame:
        """One row per row of the input table: inputs, status, output, one column per JSON field, metrics."""
        from crewlab.analysis.batch_table import batch_table

        return batch_table(self.executions_df(batch_id=batch_id), self.batch(batch_id).input_columns)

    def compare(self, execution_ids: Sequence[str]) -> Comparison:
        """What differs between executions: definition, inputs, model, metrics, tasks or steps, outputs."""
        from crewlab.analysis.compare import compare, with_steps

        scope: FrameScope = {"execution_ids": list(execution_ids)}
        tasks = with_steps(self.tasks_df(**scope), self.steps_df(**scope))
        return compare([self.execution(name) for name in execution_ids], tasks, self.llm_calls_df(**scope))

    def compare_batches(self, batch_ids: Sequence[str]) -> BatchComparison:
        """What differs between batches, their executions paired by equal inputs."""
        from pandas import concat

        from crewlab.analysis.compare import compare_batches

        tables = [self.executions_df(batch_id=batch_id) for batch_id in batch_ids]
        examples = [self.execution(table["execution_id"].iloc[0]) for table in tables]
        return compare_batches(
            [self.batch(name) for name in batch_ids], concat(tables, ignore_index=True), examples=examples
        )
