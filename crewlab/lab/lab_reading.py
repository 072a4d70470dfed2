"""Executions and batches as they stand."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Unpack

from crewlab.definitions.arguments import moment_of, text_of
from crewlab.engine.files import FileInfo, list_files, read_file
from crewlab.executions.filters import ExecutionFilters, ExecutionListing, filters_of
from crewlab.lab.parts import LabParts

if TYPE_CHECKING:
    from crewlab.executions.batch import Batch
    from crewlab.executions.events import BaseEvent
    from crewlab.executions.execution import Execution
    from crewlab.executions.steps import StateWrite, StepRun


class LabReading(LabParts):
    """Records, one by one or in lists. Nothing here starts work."""

    def execution(self, execution_id: str) -> Execution:
        """An execution as it stands. Raises `ExecutionNotFoundError`, or `ArgumentError` for an id that is no text."""
        return self.store.executions.get(text_of(execution_id, "execution_id"), owner=self.settings.owner)

    def executions(self, **filters: Unpack[ExecutionListing]) -> list[Execution]:
        """Executions, newest first, without their documents.

        Filters: status (one or several), definition, batch_id, text, kind (crew or flow), parent, content_hash,
        within_flows, limit, offset, sort, descending.
        What a flow runs as its steps is found only by that flow, `parent`, or with `within_flows=True`.

        Raises:
            ArgumentError: There is no such status or kind, or a number cannot be one.
            ExecutionError: They cannot be sorted by `sort`.
        """
        return self.store.executions.find(owner=self.settings.owner, **filters_of(filters, ExecutionListing))

    def count_executions(self, **filters: Unpack[ExecutionFilters]) -> int:
        """How many executions `executions` would return without a limit. Raises `ArgumentError`."""
        return self.store.executions.count(owner=self.settings.owner, **filters_of(filters))

    def batches(self) -> list[Batch]:
        """All batches, newest first."""
        return self.store.executions.batches(owner=self.settings.owner)

    def batch(self, batch_id: str) -> Batch:
        """A batch and how far it is. Raises `BatchNotFoundError`."""
        return self.store.executions.batch(batch_id, owner=self.settings.owner)

    def counts(self) -> dict[str, int]:
        """How many executions are in each status."""
        return self.store.executions.counts(owner=self.settings.owner)

    def spend_usd(self, since: datetime | None = None) -> float | None:
        """Real spend in US dollars, `None` when no call was priced. Raises `ArgumentError`."""
        return self.store.executions.spend_usd(owner=self.settings.owner, since=moment_of(since, "since"))

    def events(self, execution_id: str, after_event_id: int = 0) -> list[tuple[int, BaseEvent]]:
        """The events of an execution in order, 1,000 at most, each with the id to ask for the next ones after it.

        Those of everything that a flow runs are among them; each says whose it is. Raises `ExecutionNotFoundError`.
        """
        return self.following.events(execution_id, after_event_id) or self._none_of(execution_id)

    def _none_of(self, execution_id: str) -> list[Any]:
        """Nothing, of an execution that there is."""
        self.execution(execution_id)
        return []

    def steps(self, execution_id: str) -> list[StepRun]:
        """Every call of every step of a flow, in the order in which they began, those of the first attempt first."""
        return self.store.steps.find(self.execution(execution_id).execution_id, owner=self.settings.owner)

    def state_changes(self, execution_id: str) -> list[StateWrite]:
        """What the steps of a flow wrote into its state, oldest first."""
        return self.store.steps.state_writes(self.execution(execution_id).execution_id, owner=self.settings.owner)

    def state(self, execution_id: str) -> dict[str, Any]:
        """The state of a flow as it is now: what it began with, and what its steps wrote last."""
        execution = self.execution(execution_id)
        return {**execution.inputs, **self.store.steps.state(execution.execution_id, owner=self.settings.owner)}

    def children(self, execution_id: str) -> list[Execution]:
        """The executions that a flow ran as its steps, oldest first, without their documents.

        Raises:
            ExecutionNotFoundError: There is no such execution.
        """
        return self.executions(parent=self.execution(execution_id).execution_id, descending=False)

    def files(self, execution_id: str) -> list[FileInfo]:
        """The files that the tasks of an execution wrote."""
        return list_files(self.settings.execution_folder(self.execution(execution_id).execution_id))

    def read_file(self, execution_id: str, name: str) -> bytes:
        """The content of one of `files`. Raises `ExecutionError` when there is no such file."""
        return read_file(self.settings.execution_folder(self.execution(execution_id).execution_id), name)
