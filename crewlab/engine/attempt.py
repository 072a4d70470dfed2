"""Which attempt, and why it should stop."""

from __future__ import annotations

from dataclasses import dataclass, field

from crewlab.executions.execution import NewExecution
from crewlab.executions.status import ExecutionStatus


@dataclass(frozen=True, slots=True)
class AttemptRef:
    """All that travels through the engine; everything else is fetched with the claim."""

    execution_id: str
    attempt: int
    owner: str = field(default="", compare=False)
    batch_id: str | None = field(default=None, compare=False)
    dedicated: str | None = field(default=None, compare=False)
    """Why it needs a worker of its own; `None` when it may share one."""

    @classmethod
    def of(cls, execution: NewExecution, attempt: int = 1) -> AttemptRef:
        """An attempt of this execution."""
        return cls(execution.execution_id, attempt, execution.owner, execution.batch_id, execution.dedicated)


@dataclass(frozen=True)
class Stop:
    """A request to end an attempt now, and what it shall be called."""

    status: ExecutionStatus
    message: str


CANCELLED = Stop(ExecutionStatus.CANCELLED, "cancelled on request")
SHUT_DOWN = Stop(ExecutionStatus.INTERRUPTED, "CrewLab was stopped while this was running; resume goes on from here")
CTRL_C = Stop(ExecutionStatus.INTERRUPTED, "stopped by Ctrl-C; resume goes on from here")
LEFT = Stop(ExecutionStatus.INTERRUPTED, "its caller stopped waiting; resume goes on from here")
UNASKED = Stop(ExecutionStatus.INTERRUPTED, "stopped without a request, with its worker; resume goes on from here")
