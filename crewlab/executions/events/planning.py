"""What an agent plans, and what becomes of the plan."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from crewlab.executions.events.base import BaseEvent, Level


class PlannedStep(BaseModel):
    """One step of a plan."""

    model_config = ConfigDict(frozen=True)

    number: int
    description: str
    tool: str | None = None
    depends_on: tuple[int, ...] = ()


class PlanMade(BaseEvent):
    """A plan for a task; without steps the task is done as if there were none."""

    kind: Literal["plan_made"] = "plan_made"
    plan: str
    steps: tuple[PlannedStep, ...] = ()
    is_ready: bool
    """Whether the planner thinks that the task can be begun."""
    number: int = 1
    """Which plan of this task it is: it may be refined, or made anew when steps fail."""


class PlanStepStarted(BaseEvent):
    """Work on one step of a plan has begun."""

    kind: Literal["plan_step_started"] = "plan_step_started"
    step: PlannedStep


class PlanStepEnded(BaseEvent):
    """What came of one step of a plan."""

    kind: Literal["plan_step_ended"] = "plan_step_ended"
    step: PlannedStep
    is_done: bool
    """Whether the step achieved what it was for, as far as the agent can tell."""
    result: str
    level: Level = "info"


class PlanChanged(BaseEvent):
    """What was seen on the way changed the plan: its next steps, the whole of it, or that it was needed any longer."""

    kind: Literal["plan_changed"] = "plan_changed"
    change: Literal["refined", "replanned", "cut_short"]
    reason: str
