"""The methods of a lab that give whole tables, wherever it reads them: beside the store, or from the app."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

from crewlab.analysis.columns import FrameName, FrameScope
from crewlab.definitions.arguments import count_of, require_known, texts_of

if TYPE_CHECKING:
    from pandas import DataFrame

    from crewlab.analysis.compare import BatchComparison, Comparison
    from crewlab.analysis.quality_report import QualityReport
    from crewlab.executions.batch import Batch
    from crewlab.executions.execution import Execution


class FrameMethods(ABC):
    """Frames with stable columns, and what is made of them."""

    @abstractmethod
    def execution(self, execution_id: str) -> Execution:
        """An execution as it stands, with its document."""

    @abstractmethod
    def batch(self, batch_id: str) -> Batch:
        """A batch and how far it is."""

    @abstractmethod
    def _frame(self, name: FrameName, scope: FrameScope) -> DataFrame:
        """A frame; the scope is what it has to be."""

    def executions_df(self, **scope: Unpack[FrameScope]) -> DataFrame:
        """One row per execution, those that a flow ran as its steps only by their ids.

        Scope of every table: execution_ids, batch_id, limit.

        Raises:
            ArgumentError: The scope is not what it has to be.
        """
        return self._frame("executions", _checked(scope))

    def tasks_df(self, **scope: Unpack[FrameScope]) -> DataFrame:
        """One row per task and attempt."""
        return self._frame("tasks", _checked(scope))

    def llm_calls_df(self, **scope: Unpack[FrameScope]) -> DataFrame:
        """One row per model call."""
        return self._frame("model_calls", _checked(scope))

    def tool_calls_df(self, **scope: Unpack[FrameScope]) -> DataFrame:
        """One row per tool call."""
        return self._frame("tool_calls", _checked(scope))

    def logs_df(self, **scope: Unpack[FrameScope]) -> DataFrame:
        """One row per event."""
        return self._frame("logs", _checked(scope))

    def scores_df(self, **scope: Unpack[FrameScope]) -> DataFrame:
        """One row per output that a judge was asked about."""
        return self._frame("scores", _checked(scope))

    def steps_df(self, **scope: Unpack[FrameScope]) -> DataFrame:
        """One row per call of a step of a flow and attempt."""
        return self._frame("steps", _checked(scope))

    def state_changes_df(self, **scope: Unpack[FrameScope]) -> DataFrame:
        """One row per field of the state of a flow that a step wrote."""
        return self._frame("state_changes", _checked(scope))

    def batches_df(self) -> DataFrame:
        """One row per batch."""
        return self._frame("batches", {})

    def batch_table(self, batch_id: str) -> DataFrame:
        """One row per row of the input table: inputs, status, output, one column per JSON field, metrics."""
        from crewlab.analysis.batch_table import batch_table

        return batch_table(self.executions_df(batch_id=batch_id), self.batch(batch_id).input_columns)

    def quality_report(self, batch_id: str) -> QualityReport:
        """The scores of a batch that was launched with a judge, so far. Raises `BatchNotFoundError`."""
        from crewlab.analysis.quality_report import quality_report

        known = self.batch(batch_id).batch_id
        return quality_report(known, self.scores_df(batch_id=known), self.executions_df(batch_id=known))

    def compare(self, execution_ids: Sequence[str]) -> Comparison:
        """What differs between executions: definition, inputs, model, metrics, tasks or steps, outputs.

        Raises:
            ExecutionError: There are fewer than two different ones.
        """
        from crewlab.analysis.compare import compare, with_steps

        scope: FrameScope = {"execution_ids": texts_of(execution_ids, "execution_ids")}
        tasks = with_steps(self.tasks_df(**scope), self.steps_df(**scope))
        return compare([self.execution(one) for one in scope["execution_ids"] or ()], tasks, self.llm_calls_df(**scope))

    def compare_batches(self, batch_ids: Sequence[str]) -> BatchComparison:
        """What differs between batches, their executions paired by equal inputs.

        Raises:
            ExecutionError: There are fewer than two different ones.
        """
        from crewlab.analysis.compare import compare_batches
        from crewlab.analysis.frames import joined

        batches = [self.batch(batch_id) for batch_id in texts_of(batch_ids, "batch_ids")]
        tables = [self.executions_df(batch_id=batch.batch_id) for batch in batches]
        examples = [self.execution(str(table["execution_id"].iloc[0])) for table in tables]
        return compare_batches(batches, joined(tables, "executions"), examples=examples)


def _checked(scope: FrameScope) -> FrameScope:
    """The scope; one id by itself is a list of one. Raises `ArgumentError`."""
    require_known(scope, FrameScope)
    ids = scope.get("execution_ids")
    return {
        "execution_ids": None if ids is None else texts_of(ids, "execution_ids"),
        "batch_id": scope.get("batch_id"),
        "limit": count_of(scope.get("limit"), "limit"),
    }
