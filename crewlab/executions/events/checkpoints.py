"""Files from which crewAI could go on."""

from __future__ import annotations

from typing import Literal

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


class CheckpointFailed(BaseEvent):
    """A checkpoint could not be written; the execution goes on without it."""

    kind: Literal["checkpoint_failed"] = "checkpoint_failed"
    level: Level = "warning"
    trigger: str
    error: ErrorReport
