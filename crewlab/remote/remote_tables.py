"""Tables of the running app: Arrow over HTTP, then the same analysis as beside the store."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

from crewlab.executions.batch import Batch
from crewlab.executions.execution import Execution
from crewlab.remote.connection import Connection
from crewlab.remote.remote_subscription import RemoteSubscription

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from crewlab.analysis.columns import FrameName, FrameScope
    from crewlab.analysis.compare import BatchComparison, Comparison

IDS_PER_REQUEST = 400
"""Longer lists of ids are asked for in parts: they travel in the address, whose length is limited."""

Ids = Sequence[str] | None


class RemoteTables(ABC):
    """The table methods of `Lab`; a part of `RemoteLab`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._subscriptions: list[RemoteSubscription] = []

    @abstractmethod
    def execution(self, execution_id: str) -> Execution:
        """An execution with its document."""

    @abstractmethod
    def batch(self, batch_id: str) -> Batch:
        """A batch and its input columns."""

    def executions_df(self, **scope: Unpack[FrameScope]) -> pd.DataFrame:
        """One row per execution, those that a flow ran as its steps only by their ids.

        Scope of every table: execution_ids, batch_id, limit.
        """
        return self._frame("executions", **scope)

    def tasks_df(self, **scope: Unpack[FrameScope]) -> pd.DataFrame:
        """One row per task and attempt."""
        return self._frame("tasks", **scope)

    def llm_calls_df(self, **scope: Unpack[FrameScope]) -> pd.DataFrame:
        """One row per model call."""
        return self._frame("model_calls", **scope)

    def tool_calls_df(self, **scope: Unpack[FrameScope]) -> pd.DataFrame:
        """One row per tool call."""
        return self._frame("tool_calls", **scope)

    def logs_df(self, **scope: Unpack[FrameScope]) -> pd.DataFrame:
        """One row per event."""
        return self._frame("logs", **scope)

    def scores_df(self, **scope: Unpack[FrameScope]) -> pd.DataFrame:
        """One row per output that a judge was asked about."""
        return self._frame("scores", **scope)

    def steps_df(self, **scope: Unpack[FrameScope]) -> pd.DataFrame:
        """One row per call of a step of a flow and attempt."""
        return self._frame("steps", **scope)

    def state_changes_df(self, **scope: Unpack[FrameScope]) -> pd.DataFrame:
        """One row per field of the state of a flow that a step wrote."""
        return self._frame("state_changes", **scope)

    def batches_df(self) -> pd.DataFrame:
        """One row per batch."""
        return self._frame("batches")

    def batch_table(self, batch_id: str) -> pd.DataFrame:
        """One row per row of the input table: inputs, status, output, one column per JSON field, metrics."""
        from crewlab.analysis.batch_table import batch_table

        return batch_table(self.executions_df(batch_id=batch_id), self.batch(batch_id).input_columns)

    def compare(self, execution_ids: Sequence[str]) -> Comparison:
        """What differs between executions: definition, inputs, model, metrics, tasks or steps, outputs."""
        from crewlab.analysis.compare import compare, with_steps

        ids = list(execution_ids)
        tasks = with_steps(self.tasks_df(execution_ids=ids), self.steps_df(execution_ids=ids))
        return compare([self.execution(one) for one in ids], tasks, self.llm_calls_df(execution_ids=ids))

    def compare_batches(self, batch_ids: Sequence[str]) -> BatchComparison:
        """What differs between batches, their executions paired by equal inputs."""
        import pandas as pd

        from crewlab.analysis.compare import compare_batches

        frames = [self.executions_df(batch_id=batch_id) for batch_id in batch_ids]
        examples = [self.execution(str(frame["execution_id"].iloc[0])) for frame in frames]
        batches = [self.batch(batch_id) for batch_id in batch_ids]
        return compare_batches(batches, pd.concat(frames, ignore_index=True), examples=examples)

    def _frame(
        self, name: FrameName, *, execution_ids: Ids = None, batch_id: str | None = None, limit: int | None = None
    ) -> pd.DataFrame:
        import pyarrow as pa

        from crewlab.analysis import frames

        ids = None if execution_ids is None else list(execution_ids)
        if not ids or len(ids) <= IDS_PER_REQUEST:
            return frames.typed(self._table(name, ids, batch_id, limit), name)
        starts = range(0, len(ids), IDS_PER_REQUEST)
        parts = [self._table(name, ids[start : start + IDS_PER_REQUEST], batch_id, limit) for start in starts]
        return frames.typed(pa.concat_tables(parts)[:limit], name)

    def _table(self, name: FrameName, ids: list[str] | None, batch_id: str | None, limit: int | None) -> pa.Table:
        import pyarrow as pa

        chosen = None if ids is None else ",".join(ids)
        data = self._connection.get_bytes("frames", name, execution_ids=chosen, batch_id=batch_id, limit=limit)
        return pa.ipc.open_stream(data).read_all()
