"""Steps that run a crew or another flow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from crewlab.definitions.expressions.flow_expression import Scope
from crewlab.definitions.flows.flow import CrewAction, FlowAction
from crewlab.definitions.flows.state import StateContract
from crewlab.definitions.flows.templates import template
from crewlab.engine.crew_work import CrewWork
from crewlab.engine.flows.crew_output import crew_output
from crewlab.engine.flows.desk import Desk
from crewlab.engine.flows.expression_steps import roots_of
from crewlab.engine.flows.new_parts import part_of
from crewlab.engine.flows.parked import PARKED
from crewlab.engine.flows.step_records import OpenCall
from crewlab.engine.inputs import complete_inputs
from crewlab.executions.events import StepInput
from crewlab.executions.steps import call_key


async def run_crew(desk: Desk, call: OpenCall, action: CrewAction, scope: Scope) -> Any:
    """What the crew produced, in crewAI's shape."""
    document = desk.closure.used(action)
    given, shown = rendered(_inputs(action, document), scope)
    texts, read = rendered(action.context, scope)
    context = {task: tuple(as_text(one) for one in values) for task, values in texts.items()}
    filled = document if action.definition is not None else {**document, "inputs": {}}  # its own are among the given
    (inputs,) = complete_inputs(filled, [given])
    new = part_of(desk.execution, call.name, document, desk.closure.entry(action), inputs, context)
    key = call_key(call.name, call.number)
    named = tuple(one.model_copy(update={"name": f"context of {one.name}"}) for one in read)
    desk.records.started(call, (*shown, *named), desk.parts.id_for(key, new))
    ended = await desk.parts.run(key, new)
    if not isinstance(ended.work, CrewWork):
        return PARKED
    return crew_output(ended.result, ended.work.outcomes, document, ended.work.usage)


def _inputs(action: CrewAction, document: Mapping[str, Any]) -> dict[str, Any]:
    """What is given, over what a crew that is written in the step itself has as its own."""
    own = document.get("inputs") if action.definition is None else None
    return {**(own if isinstance(own, Mapping) else {}), **action.inputs}


async def run_flow(desk: Desk, call: OpenCall, action: FlowAction, scope: Scope) -> Any:
    """What the last step of the flow produced."""
    closure = desk.closure.within(action)
    given, shown = rendered(action.inputs, scope)
    state = StateContract(closure.document).initial(given)
    new = part_of(desk.execution, call.name, closure.snapshot(), desk.closure.entry(action), state)
    key = call_key(call.name, call.number)
    desk.records.started(call, shown, desk.parts.id_for(key, new))
    ended = await desk.parts.run(key, new)
    return PARKED if ended.work is None else ended.result.value


def rendered(fields: Mapping[str, Any], scope: Scope) -> tuple[dict[str, Any], tuple[StepInput, ...]]:
    """The values of fields, and where each came from.

    Raises:
        ExpressionError: An expression in them cannot be evaluated.
    """
    values = {name: template(written, roots_of(scope)).render(scope) for name, written in fields.items()}
    inputs = (StepInput(name=name, value=values[name], source=_source(written)) for name, written in fields.items())
    return values, tuple(inputs)


def _source(written: Any) -> str:
    """What is written, where it has expressions in it; nothing for a constant."""
    text = as_text(written)
    return text if "${" in text else ""


def as_text(value: Any) -> str:
    """A value as a text that an agent can read."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
