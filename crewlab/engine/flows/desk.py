"""What the steps of one attempt of a flow have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crewlab.definitions.expressions.flow_expression import Scope
from crewlab.definitions.flows.closure import Closure
from crewlab.definitions.flows.flow import FlowDocument
from crewlab.engine.equipment import Equipment
from crewlab.engine.flows.crew_output import with_tasks
from crewlab.engine.flows.flow_state import FlowState
from crewlab.engine.flows.parts import Parts
from crewlab.engine.flows.step_records import StepRecords
from crewlab.executions.execution import Execution


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
    now: datetime
    """The same for all expressions of an execution."""
    outputs: dict[str, Any] = field(default_factory=dict)
    """What each step that is over has produced last."""

    def scope(self, **local: Any) -> Scope:
        """What an expression may read at this moment."""
        return Scope(self.state.values, self.outputs, self.now, local)

    def scope_within(self, outputs: Mapping[str, Any], **local: Any) -> Scope:
        """The same, with outputs that hide those of the flow."""
        return Scope(self.state.values, {**self.outputs, **outputs}, self.now, local)

    def keep(self, step: str, output: Any) -> None:
        """From now on this is the output of a step."""
        self.outputs[step] = with_tasks(output)
