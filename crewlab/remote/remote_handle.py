"""An execution that goes on in the app, to hold in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crewlab.executions.execution import Execution
    from crewlab.remote.remote_running import RemoteRunning


class RemoteHandle:
    """Refers to an execution in the running app. Dropping the handle changes nothing."""

    def __init__(self, execution_id: str, lab: RemoteRunning) -> None:
        self.execution_id = execution_id
        self._lab = lab

    def __repr__(self) -> str:
        return f"RemoteHandle({self.execution_id!r}, {self.refresh().status.value})"

    def refresh(self) -> Execution:
        """The execution as it stands now."""
        return self._lab.execution(self.execution_id)

    def wait(self, timeout: float | None = None) -> Execution:
        """The execution once it has ended or waits for a person, or as it stands after `timeout` seconds."""
        return self._lab.wait([self.execution_id], timeout)[0]

    def cancel(self) -> Execution:
        """Stop it at once. Raises `IllegalTransitionError` when it has ended."""
        return self._lab.cancel(self.execution_id)
