"""What every event is, and the two that belong to no task."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from crewlab.executions.status import ExecutionStatus

Level = Literal["debug", "info", "warning", "error"]


class BaseEvent(BaseModel):
    """One fact about one attempt of one execution.

    `sequence` counts from 1 without gaps within (`execution_id`, `attempt`) and is the only order;
    it is given by the recorder, so a new event carries 0.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    execution_id: str
    attempt: int = 1
    sequence: int = 0
    occurred_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    level: Level = "info"
    task_name: str | None = None
    agent: str | None = None
    message: str = ""
    """One line for the log, written when the event is made."""


class StatusChanged(BaseEvent):
    """The execution moved; `message` says why in words."""

    kind: Literal["status_changed"] = "status_changed"
    status: ExecutionStatus
    reason: str | None = None
    """`timed_out` or `over_budget` when a limit ended it."""


class Unrecognised(BaseEvent):
    """A crewAI event that has no class of its own here: kept as it came, secrets left out."""

    kind: Literal["unrecognised"] = "unrecognised"
    level: Level = "debug"
    source_type: str
    payload: dict[str, Any] = {}
