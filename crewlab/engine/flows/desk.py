"""What the steps of one attempt of a flow have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from crewlab.definitions.expressions.flow_expression import Scope
from crewlab.definitions.flows.closure import Closure
from crewlab.definitions.flows.flow import FlowDocument
from crewlab.engine.equipment import Equipment
from crewlab.engine.flows.crew_output import with_tasks
from crewlab.engine.flows.flow_state import FlowState
from crewlab.engine.flows.parts import Parts
from crewlab.engine.flows.step_records import OpenCall, StepRecords
from crewlab.engine.pool.pool import Worker
from crewlab.engine.recorder import Recorder
from crewlab.engine.work import Tree
from crewlab.executions.events import (
    BaseEvent,
    ModelCallEnded,
    ModelCallStarted,
    RoundKept,
    ToolCallEnded,
    ToolCallStarted,
)
from crewlab.executions.execution import BegunTask, Execution
from crewlab.executions.person import ParkedTask
from crewlab.executions.steps import FinishedStep

if TYPE_CHECKING:
    from crewlab.bridge.contract import BuildRequest

_OF_CALLS = (ModelCallStarted, ModelCallEnded, ToolCallStarted, ToolCallEnded, RoundKept)


@dataclass
class Desk:
    """Belongs to the loop of the attempt."""

    execution: Execution
    closure: Closure
    flow: FlowDocument
    state: FlowState
    equipment: Equipment
    parts: Parts
    records: StepRecords
    recorder: Recorder
    worker: Worker
    tree: Tree
    hears: Callable[[str], bool]
    """Whether some step waits for an outcome."""
    now: datetime
    """The same for all expressions of an execution."""
    finished: dict[str, FinishedStep] = field(default_factory=dict)
    """Calls within each that are over, of this attempt and of earlier ones, by `step#call_number`."""
    items: dict[str, Any] = field(default_factory=dict)
    """What each goes through that was begun, in this attempt or in earlier ones."""
    parked: Mapping[int, ParkedTask] = field(default_factory=dict)
    """What people were asked about calls that are not over, by `question_index`."""
    begun: Sequence[BegunTask] = ()
    """How far the agents of earlier attempts had come, where that was kept."""
    learned: list[int] = field(default_factory=list)
    """Calls from which lessons were drawn, by `question_index`."""
    answer: str | None = None
    """What a step of this turn of a conversation says to the person."""
    outputs: dict[str, Any] = field(default_factory=dict)
    """What each step that is over has produced last."""

    @cached_property
    def request(self) -> BuildRequest:
        """What the bridge needs for agents and tools that work for the flow itself."""
        return self.equipment.request(self.execution, self.recorder, self.tree.deck)

    def request_for(self, call: OpenCall) -> BuildRequest:
        """The same for one call of a step: what it does can be told from what others of the step do meanwhile."""

        def record(event: BaseEvent) -> None:
            is_told_apart = isinstance(event, _OF_CALLS)
            self.recorder.record(event.model_copy(update={"step_call": call.number}) if is_told_apart else event)

        return replace(self.request, record=record)

    def scope(self, **local: Any) -> Scope:
        """What an expression may read at this moment."""
        return Scope(self.state.values, self.outputs, self.now, local)

    def scope_within(self, outputs: Mapping[str, Any], **local: Any) -> Scope:
        """The same, with outputs that hide those of the flow."""
        return Scope(self.state.values, {**self.outputs, **outputs}, self.now, local)

    def keep(self, step: str, output: Any) -> None:
        """From now on this is the output of a step."""
        self.outputs[step] = with_tasks(output)
