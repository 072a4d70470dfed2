"""An execution in the background, to hold in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewlab.executions.execution import Execution

if TYPE_CHECKING:
    from crewlab.engine.launching import Launching


class ExecutionHandle:
    """Refers to an execution that goes on by itself. Dropping the handle changes nothing."""

    def __init__(self, execution_id: str, launching: Launching) -> None:
        self.execution_id = execution_id
        self._launching = launching

    def __repr__(self) -> str:
        return f"ExecutionHandle({self.execution_id!r}, {self.refresh().status.value})"

    def refresh(self) -> Execution:
        """The execution as it stands now."""
        return self._launching.get(self.execution_id)

    def wait(self, timeout: float | None = None) -> Execution:
        """The execution once it has ended or waits for a person, or as it stands after `timeout` seconds."""
        return self._launching.wait([self.execution_id], timeout)[0]

    def cancel(self) -> Execution:
        """Stop it at once. Raises `IllegalTransitionError` when it has ended."""
        return self._launching.cancel(self.execution_id)
