"""Executions and batches as they stand, asked of the app."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Unpack

from crewlab.definitions.arguments import moment_of, text_of
from crewlab.engine.files import FileInfo
from crewlab.executions.batch import Batch
from crewlab.executions.events import EVENT, BaseEvent
from crewlab.executions.execution import Execution
from crewlab.executions.filters import ExecutionFilters, ExecutionListing, filters_of
from crewlab.executions.person import Question
from crewlab.executions.steps import StateWrite, StepRun
from crewlab.remote.connection import Connection
from crewlab.remote.records import records


class RemoteRecords:
    """Records, one by one or in lists."""

    _connection: Connection

    def execution(self, execution_id: str) -> Execution:
        """An execution as it stands. Raises `ExecutionNotFoundError`, or `ArgumentError` for an id that is no text."""
        return Execution.model_validate(self._connection.get("executions", text_of(execution_id, "execution_id")))

    def executions(self, **filters: Unpack[ExecutionListing]) -> list[Execution]:
        """Executions, newest first, without their documents. Filters and errors are those of `Lab.executions`."""
        return records(Execution, self._connection.get("executions", **_query(filters_of(filters, ExecutionListing))))

    def count_executions(self, **filters: Unpack[ExecutionFilters]) -> int:
        """How many executions `executions` would return without a limit. Raises `ArgumentError`."""
        return int(self._connection.get("count", **_query(filters_of(filters))))

    def waiting(self, execution_id: str | None = None, *, limit: int | None = None) -> list[Question]:
        """The questions that are open, of all executions or of one, the oldest first."""
        return records(Question, self._connection.get("waiting", execution_id=execution_id, limit=limit))

    def count_waiting(self) -> int:
        """How many questions are open."""
        return len(self.waiting())

    def batches(self) -> list[Batch]:
        """All batches, newest first."""
        return records(Batch, self._connection.get("batches"))

    def batch(self, batch_id: str) -> Batch:
        """A batch and how far it is. Raises `BatchNotFoundError`."""
        return Batch.model_validate(self._connection.get("batches", batch_id))

    def counts(self) -> dict[str, int]:
        """How many executions are in each status."""
        return dict(self._connection.get("counts"))

    def spend_usd(self, since: datetime | None = None) -> float | None:
        """Real spend in US dollars, `None` when no call was priced. Raises `ArgumentError`."""
        begun = moment_of(since, "since")
        spent: float | None = self._connection.get("spend", since=begun.isoformat() if begun else None)
        return spent

    def events(self, execution_id: str, after_event_id: int = 0) -> list[tuple[int, BaseEvent]]:
        """The events of an execution in order, 1,000 at most, each with the id to ask for the next ones after it.

        Those of everything that a flow runs are among them; each says whose it is. Raises `ExecutionNotFoundError`.
        """
        found = self._connection.get("executions", execution_id, "events", after_event_id=after_event_id)
        return [(number, EVENT.validate_python(event)) for number, event in found]

    def steps(self, execution_id: str) -> list[StepRun]:
        """Every call of every step of a flow, in the order in which they began, those of the first attempt first."""
        return records(StepRun, self._connection.get("executions", execution_id, "steps"))

    def state_changes(self, execution_id: str) -> list[StateWrite]:
        """What the steps of a flow wrote into its state, oldest first."""
        return records(StateWrite, self._connection.get("executions", execution_id, "state-changes"))

    def state(self, execution_id: str) -> dict[str, Any]:
        """The state of a flow as it is now: what it began with, and what its steps wrote last."""
        return dict(self._connection.get("executions", execution_id, "state"))

    def children(self, execution_id: str) -> list[Execution]:
        """The executions that a flow ran as its steps, oldest first, without their documents.

        Raises:
            ExecutionNotFoundError: There is no such execution.
        """
        return self.executions(parent=self.execution(execution_id).execution_id, descending=False)

    def files(self, execution_id: str) -> list[FileInfo]:
        """The files that the tasks of an execution wrote."""
        found = self._connection.get("executions", execution_id, "files")
        return [FileInfo(one["name"], one["size"], Path(one["path"])) for one in found]

    def read_file(self, execution_id: str, name: str) -> bytes:
        """The content of one of `files`. Raises `ExecutionError` when there is no such file."""
        return self._connection.get_bytes("executions", execution_id, "file", name=name)


def _query(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Filters as a query; several statuses travel in one value."""
    return {**filters, "status": ",".join(filters["status"])} if "status" in filters else dict(filters)
