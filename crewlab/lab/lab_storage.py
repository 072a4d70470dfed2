"""What is kept on disk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crewlab.engine import storage
from crewlab.executions.status import ExecutionStatus
from crewlab.lab.parts import LabParts

if TYPE_CHECKING:
    from crewlab.engine.storage import StorageReport

_ENDED = [status for status in ExecutionStatus if status.is_terminal]


class LabStorage(LabParts):
    """Sizes, snapshots and clearing out."""

    def storage(self) -> StorageReport:
        """What the data folder holds, and what is left on its disk."""
        return storage.report(self.settings, self.store.health)

    def snapshot(self) -> str:
        """Copy the database, as it stands, to a new file that any program may open; its path.

        Raises:
            StoreError: The copy could not be made.
        """
        return str(self.store.snapshot())

    def remove_artifacts(self, older_than_days: float) -> int:
        """Delete the files that tasks wrote in executions that ended so many days ago; how many bytes that freed.

        Outputs, events and figures stay: only files are removed, and they cannot be brought back.
        """
        before = datetime.now(UTC) - timedelta(days=max(0.0, older_than_days))
        ended = self.store.executions.find(owner=self.settings.owner, status=_ENDED)
        old = [one.execution_id for one in ended if one.ended_at is not None and one.ended_at <= before]
        return storage.remove_folders(self.settings, old)
