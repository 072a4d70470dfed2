"""What an execution keeps to go on from, besides its finished tasks: files for crewAI, and rounds within a task."""

from __future__ import annotations

from typing import Any, Literal

from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events.base import BaseEvent, Level


class CheckpointSaved(BaseEvent):
    """A checkpoint was written into the folder of the execution: its definition asks for one at this moment."""

    kind: Literal["checkpoint_saved"] = "checkpoint_saved"
    level: Level = "debug"
    trigger: str
    """The event of crewAI at which it was written."""
    location: str
    """The file within the folder; one in a database has `#` and its id behind it."""
    bytes: int
    removed: int = 0
    """Older ones that were removed: `max_checkpoints` says how many are kept."""


class RoundKept(BaseEvent):
    """The agent of a task has used its tools, and goes on; should the attempt be interrupted, the next goes on here."""

    kind: Literal["round_kept"] = "round_kept"
    level: Level = "debug"
    rounds: int
    """How many the agent has done."""
    begins_at: int
    """Where the messages belong: so many of those that were kept before stand in front of them."""
    messages: tuple[dict[str, Any], ...] = ()
    step_call: int | None = None
    """Which call of its step, where the agent is a step of a flow."""


class CheckpointFailed(BaseEvent):
    """A checkpoint could not be written; the execution goes on without it."""

    kind: Literal["checkpoint_failed"] = "checkpoint_failed"
    level: Level = "warning"
    trigger: str
    error: ErrorReport
