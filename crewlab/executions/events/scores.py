"""What a judging model thought of outputs."""

from __future__ import annotations

from typing import Literal

from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events.base import BaseEvent


class TaskScored(BaseEvent):
    """A model judged the output of a task; when it could not, there is an error instead of a quality."""

    kind: Literal["task_scored"] = "task_scored"
    task_index: int
    quality: float | None = None
    """From 1 to 10, higher is better."""
    model: str | None = None
    """The model that judged."""
    is_rehearsal: bool = False
    error: ErrorReport | None = None
