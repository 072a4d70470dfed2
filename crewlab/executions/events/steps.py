"""What becomes of the steps of a flow. `task_name` is the name of the step, so that its calls are found with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events.base import BaseEvent, Level

StepKind = Literal["crew", "flow", "agent", "tool", "expression", "each", "code", "script", "conversation"]
"""What a step calls; the last two are refused when they are reached."""


class StepInput(BaseModel):
    """One value that a step was given, and where it came from."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: Any = None
    source: str = ""
    """As the document says it: `${state.topic}`, `${outputs.research.raw}`, or empty for a constant."""


class StepEvent(BaseEvent):
    """A step may run several times, in a loop: `call_number` counts from 1 within the execution, over its attempts."""

    step: str
    call_number: int = 1


class StepStarted(StepEvent):
    """Its trigger is satisfied, and nothing is waited for any more."""

    kind: Literal["step_started"] = "step_started"
    step_kind: StepKind
    step_index: int = 0
    """Place of the step in the document, from 0."""
    trigger: tuple[str, ...] = ()
    """The steps and outcomes that it waited for; empty when it begins the flow."""
    inputs: tuple[StepInput, ...] = ()
    child_execution_id: str | None = None
    """What runs its crew or its flow."""


class StepEnded(StepEvent):
    """What every way of ending a step has in common."""

    step_kind: StepKind
    step_index: int = 0
    started_at: datetime | None = None
    output: Any = None
    outcome: str | None = None
    """The event that it raised besides its own name: a router, a person or an error did."""
    child_execution_id: str | None = None
    tasks_done: int = 0
    """Steps of the flow that have completed so far."""
    tasks_total: int = 0


class StepCompleted(StepEnded):
    """The step has its output."""

    kind: Literal["step_completed"] = "step_completed"


class StepFailed(StepEnded):
    """The step ended without an output; with an `outcome` the flow goes on from there, as its `on_error` says."""

    kind: Literal["step_failed"] = "step_failed"
    level: Level = "error"
    error: ErrorReport
    asks_again: bool = False
    """What a person said of its output led to this: the next attempt asks once more, and pays for nothing again."""


class StepCancelled(StepEnded):
    """The flow was stopped (cancel, time limit, budget) while the step was running."""

    kind: Literal["step_cancelled"] = "step_cancelled"
    level: Level = "warning"


class StepReused(StepEnded):
    """What an earlier attempt, or the execution that was forked, paid for stands in."""

    kind: Literal["step_reused"] = "step_reused"
    from_attempt: int
    from_execution_id: str | None = None
    """The execution that paid for it, when it is another one."""
    is_edited: bool = False
    """A person wrote this output for the fork."""
    error: ErrorReport | None = None
    """Why it failed then, where the flow went on from its error."""


class TurnsKept(BaseEvent):
    """A conversation goes on: what earlier attempts did stands, and is not told again step by step."""

    kind: Literal["turns_kept"] = "turns_kept"
    calls: int
    """Of steps, in all turns so far."""


class StepParked(StepEnded):
    """The step waits for a person, itself or inside its crew, and holds nothing meanwhile."""

    kind: Literal["step_parked"] = "step_parked"
    question_id: str | None = None
    """What is asked about the output of the step; `None` when somebody inside its crew or flow asks."""


class RouteTaken(StepEvent):
    """A step raised an outcome, which the steps that listen to it hear."""

    kind: Literal["route_taken"] = "route_taken"
    outcome: str


class StateChange(BaseModel):
    """What a field of the state was, and what it is now."""

    model_config = ConfigDict(frozen=True)

    field: str
    before: Any = None
    after: Any = None


class StateChanged(StepEvent):
    """A step wrote into the state of the flow."""

    kind: Literal["state_changed"] = "state_changed"
    changes: tuple[StateChange, ...]
