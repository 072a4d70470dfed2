"""One call of one step: what it does, what it writes into the state, and the outcome that it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from crewlab.definitions.expressions.flow_expression import SET_ROOTS, Scope, flow_expression
from crewlab.definitions.flows.conversation import ConversationAction
from crewlab.definitions.flows.flow import AnyAction, EachAction, StepDocument
from crewlab.engine.flows import conversing, learning, people
from crewlab.engine.flows.agent_steps import run_agent, run_tool
from crewlab.engine.flows.desk import Desk
from crewlab.engine.flows.each_steps import Each
from crewlab.engine.flows.expression_steps import evaluated, run_expression
from crewlab.engine.flows.graph import Call
from crewlab.engine.flows.parked import Parked
from crewlab.engine.flows.part_steps import run_crew, run_flow
from crewlab.engine.flows.step_records import OpenCall
from crewlab.errors import BuildError, ExecutionError, ExpressionError, InputsError
from crewlab.executions.person import ParkedTask

Run = Callable[[Desk, OpenCall, Any, Scope], Awaitable[Any]]
ACTIONS: dict[str, Run] = {
    "crew": run_crew,
    "flow": run_flow,
    "agent": run_agent,
    "tool": run_tool,
    "expression": run_expression,
}
"""By what the step calls."""
_SHOWN = 80
"""Characters of an outcome that nobody expected."""


async def act(desk: Desk, opened: OpenCall, action: AnyAction, scope: Scope) -> Any:
    """Do what a step, or a step within each, says.

    Raises:
        CrewLabError: It failed.
        BuildError: It would run imported code.
    """
    run = ACTIONS.get(action.call)
    if run is None:
        what = f"The step {opened.name!r} runs code of its own (`call: {action.call}`)."
        raise BuildError(what, "Nothing that is imported runs code: use a tool, a crew or an expression.")
    return await run(desk, opened, action, scope)


@dataclass(frozen=True)
class Done:
    """A call that is over, or waits for a person."""

    output: Any = None
    outcome: str | None = None
    is_parked: bool = False


async def perform(desk: Desk, call: Call, step: StepDocument, opened: OpenCall) -> Done:
    """Carry out a call, and keep what came out of it.

    Raises:
        CrewLabError: It failed; nothing was written.
    """
    if call.is_beyond:
        most = desk.flow.config.max_method_calls
        what = f"The step {call.step!r} was called more than {most} times."
        raise ExecutionError(what, "Look for a loop without an end, or raise max_method_calls in the flow's config.")
    if isinstance(step.do, ConversationAction):
        return await _in_conversation(desk, opened, step.do)
    question = people.parked(desk, opened)
    if question is not None:
        return await _answered(desk, step, opened, question)
    value = await _value(desk, step, opened)
    if isinstance(value, Parked):
        desk.records.parked(opened)
        return Done(is_parked=True)
    if step.human_feedback is not None:
        people.ask(desk, step, opened, await learning.reviewed(desk, step, opened, value))
        return Done(is_parked=True)
    return await _conclude(desk, step, opened, value, taken(desk, step, value) if step.is_router else None)


async def _in_conversation(desk: Desk, opened: OpenCall, action: ConversationAction) -> Done:
    part = await conversing.take_part(desk, opened, action)
    if part is None:
        return Done(is_parked=True)
    return _keep(desk, opened, part.output, part.outcome, part.writes)


async def _answered(desk: Desk, step: StepDocument, opened: OpenCall, question: ParkedTask) -> Done:
    """Go on with what a person said; the step is not paid again."""
    if question.answer is None:
        people.wait_on(desk, opened, question)
        return Done(is_parked=True)
    desk.records.started(opened)
    outcome = await people.outcome_of(desk, step, opened, question.answer)
    await learning.learn(desk, step, opened, people.value_of(question), question.answer.text)
    said = people.feedback_result(step, opened, question, question.answer.text, outcome)
    return await _conclude(desk, step, opened, said, said["outcome"] if step.is_router else None)


async def _value(desk: Desk, step: StepDocument, opened: OpenCall) -> Any:
    limit = step.timeout_seconds
    try:
        async with asyncio.timeout(limit) as timeout:
            if isinstance(step.do, EachAction):
                return await Each(desk, opened, step.do, act).run(desk.scope())
            return await act(desk, opened, step.do, desk.scope())
    except TimeoutError:
        if not timeout.expired():
            raise
        what = f"The step {opened.name!r} took longer than its limit of {limit:g} s."
        raise ExecutionError(what, "Raise timeout_seconds of the step and resume: finished steps are kept.") from None


async def _conclude(desk: Desk, step: StepDocument, opened: OpenCall, value: Any, outcome: str | None) -> Done:
    expressions = {name: flow_expression(text, SET_ROOTS) for name, text in step.set_.items()}
    scope = desk.scope(output=value)
    try:
        fields = {name: await evaluated(desk, one, scope) for name, one in expressions.items()}
        return _keep(desk, opened, value, outcome, fields)
    except (ExpressionError, InputsError):
        reads = (path[0] for one in expressions.values() for path in one.paths)
        opened.asks_again = step.human_feedback is not None and "output" in reads
        raise


def _keep(desk: Desk, opened: OpenCall, value: Any, outcome: str | None, fields: Mapping[str, Any]) -> Done:
    desk.records.state_changed(opened, desk.state.write(fields))
    desk.keep(opened.name, value)
    desk.records.completed(opened, value, outcome)
    return Done(value, outcome)


def taken(desk: Desk, step: StepDocument, value: Any) -> str | None:
    """The outcome that a router takes with a value.

    Raises:
        ExecutionError: It is none of those that the step declares, and nobody listens to it.
    """
    outcome = outcome_of(step.do.call, value)
    if outcome is None or not step.emit or outcome in step.emit or desk.hears(outcome):
        return outcome
    what = f"It gives {outcome[:_SHOWN]!r}, which is not among its outcomes: {', '.join(step.emit)[:400]}."
    raise ExecutionError(what, "Add it to emit, give null where nothing should follow, or catch it with on_error.")


def outcome_of(call: str, value: Any) -> str | None:
    """The outcome that a value is, named as crewAI does: of a crew or an agent its text; of nothing there is none."""
    if call in ("crew", "agent") and isinstance(value, dict):
        value = value.get("raw")
    return None if value is None else str(value)
