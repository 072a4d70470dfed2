"""What was planned before the tasks of a crew ran."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from crewlab.executions.events.base import BaseEvent


class TaskPlan(BaseModel):
    """What is added to the description of one task."""

    model_config = ConfigDict(frozen=True)

    task_name: str
    plan: str


class CrewPlanned(BaseEvent):
    """The tasks were planned before they ran, by one model call that belongs to no task."""

    kind: Literal["crew_planned"] = "crew_planned"
    plans: tuple[TaskPlan, ...]
    from_attempt: int | None = None
    """The earlier attempt that paid for the plan; `None` when this one did."""
    from_execution_id: str | None = None
    """The execution of that attempt, when it is another one: this is a fork of it."""
