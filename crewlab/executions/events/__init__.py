"""The facts of an execution, one small class each, in the past tense. A new one is listed in `EVENTS`."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from crewlab.executions.events.base import BaseEvent, Level, StatusChanged, Unrecognised
from crewlab.executions.events.checkpoints import CheckpointFailed, CheckpointSaved, RoundKept
from crewlab.executions.events.crew_planning import CrewPlanned, TaskPlan
from crewlab.executions.events.model_calls import (
    ModelCallCancelled,
    ModelCallCompleted,
    ModelCallEnded,
    ModelCallFailed,
    ModelCallRetried,
    ModelCallStarted,
    Purpose,
)
from crewlab.executions.events.person import PersonAnswered, PersonAsked, TaskParked
from crewlab.executions.events.planning import (
    PlanChanged,
    PlanMade,
    PlannedStep,
    PlanStepEnded,
    PlanStepStarted,
)
from crewlab.executions.events.queueing import ModelCallDelayed
from crewlab.executions.events.recollection import (
    Found,
    KnowledgeFileRead,
    KnowledgeRead,
    KnowledgeSearched,
    MemoryRecalled,
    MemorySaved,
    MemorySaveFailed,
)
from crewlab.executions.events.scores import TaskScored
from crewlab.executions.events.skills import SkillUsed
from crewlab.executions.events.steps import (
    RouteTaken,
    StateChange,
    StateChanged,
    StepCancelled,
    StepCompleted,
    StepEnded,
    StepEvent,
    StepFailed,
    StepInput,
    StepKind,
    StepParked,
    StepReused,
    StepStarted,
    TurnsKept,
)
from crewlab.executions.events.tasks import (
    GuardrailChecked,
    TaskCancelled,
    TaskCompleted,
    TaskEnded,
    TaskFailed,
    TaskRetried,
    TaskReused,
    TaskSkipped,
    TaskStarted,
)
from crewlab.executions.events.tool_calls import (
    ToolCallCancelled,
    ToolCallCompleted,
    ToolCallEnded,
    ToolCallFailed,
    ToolCallStarted,
)

EVENTS: tuple[type[BaseEvent], ...] = (
    StatusChanged,
    TaskStarted,
    TaskCompleted,
    TaskFailed,
    TaskCancelled,
    TaskReused,
    TaskSkipped,
    TaskRetried,
    ModelCallStarted,
    ModelCallCompleted,
    ModelCallFailed,
    ModelCallCancelled,
    ModelCallRetried,
    ModelCallDelayed,
    ToolCallStarted,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCallCancelled,
    GuardrailChecked,
    TaskScored,
    PersonAsked,
    TaskParked,
    PersonAnswered,
    MemoryRecalled,
    MemorySaved,
    MemorySaveFailed,
    KnowledgeRead,
    KnowledgeSearched,
    PlanMade,
    PlanStepStarted,
    PlanStepEnded,
    PlanChanged,
    CrewPlanned,
    StepStarted,
    StepCompleted,
    StepFailed,
    StepCancelled,
    StepReused,
    StepParked,
    RouteTaken,
    StateChanged,
    TurnsKept,
    SkillUsed,
    CheckpointSaved,
    CheckpointFailed,
    RoundKept,
    Unrecognised,
)
"""Every kind of event there is."""

EVENT: TypeAdapter[Any] = TypeAdapter(Annotated[reduce(or_, EVENTS), Field(discriminator="kind")])
"""Parses and prints any event by its `kind`."""

__all__ = [
    "EVENT",
    "EVENTS",
    "BaseEvent",
    "CheckpointFailed",
    "CheckpointSaved",
    "CrewPlanned",
    "Found",
    "GuardrailChecked",
    "KnowledgeFileRead",
    "KnowledgeRead",
    "KnowledgeSearched",
    "Level",
    "MemoryRecalled",
    "MemorySaveFailed",
    "MemorySaved",
    "ModelCallCancelled",
    "ModelCallCompleted",
    "ModelCallDelayed",
    "ModelCallEnded",
    "ModelCallFailed",
    "ModelCallRetried",
    "ModelCallStarted",
    "PersonAnswered",
    "PersonAsked",
    "PlanChanged",
    "PlanMade",
    "PlanStepEnded",
    "PlanStepStarted",
    "PlannedStep",
    "Purpose",
    "RoundKept",
    "RouteTaken",
    "SkillUsed",
    "StateChange",
    "StateChanged",
    "StatusChanged",
    "StepCancelled",
    "StepCompleted",
    "StepEnded",
    "StepEvent",
    "StepFailed",
    "StepInput",
    "StepKind",
    "StepParked",
    "StepReused",
    "StepStarted",
    "TaskCancelled",
    "TaskCompleted",
    "TaskEnded",
    "TaskFailed",
    "TaskParked",
    "TaskPlan",
    "TaskRetried",
    "TaskReused",
    "TaskScored",
    "TaskSkipped",
    "TaskStarted",
    "ToolCallCancelled",
    "ToolCallCompleted",
    "ToolCallEnded",
    "ToolCallFailed",
    "ToolCallStarted",
    "TurnsKept",
    "Unrecognised",
]
