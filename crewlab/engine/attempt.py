"""Which attempt, and why it should stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from crewlab.executions.status import ExecutionStatus


class AttemptRef(NamedTuple):
    """All that travels through the engine; everything else is fetched with the claim."""

    execution_id: str
    attempt: int


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
