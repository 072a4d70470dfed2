"""Steps that learn from people: lessons are applied before somebody looks, and drawn from what they say."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from crewlab.definitions.flows.flow import FlowDocument, StepDocument
from crewlab.definitions.flows.references import actions_of
from crewlab.definitions.memory import lessons_kept, remembers_over_executions, storages_of
from crewlab.engine.awaiting import result_of
from crewlab.engine.flows.apart import over
from crewlab.engine.flows.desk import Desk
from crewlab.engine.flows.step_records import OpenCall
from crewlab.errors import CrewLabError
from crewlab.executions.execution import Execution
from crewlab.executions.memory import definition_key
from crewlab.executions.steps import question_index

if TYPE_CHECKING:
    from crewlab.bridge.contract import CrewAI, Learning

_PUBLISH_SECONDS = 60.0
_OFF = ({"enabled": False}, False)


def learns(flow: FlowDocument) -> bool:
    """Whether some step draws lessons, and the flow may keep them."""
    asked = [step.human_feedback for step in flow.steps.values() if step.human_feedback is not None]
    return any(one.learn and one.llm is not None for one in asked) and flow.config.memory not in _OFF


def shares_memories(document: Mapping[str, Any]) -> bool:
    """Whether an agent that works as a step of the flow remembers for all executions of the flow."""
    agents = (placed.action.get("with") for placed in actions_of(document) if placed.call == "agent")
    return any(remembers_over_executions({"agents": {"agent": agent}}) for agent in agents)


async def reviewed(desk: Desk, step: StepDocument, opened: OpenCall, value: Any) -> Any:
    """The value of a step with past lessons applied, where it is a text or the answer of a crew or an agent."""
    learning = await _learning(desk, step, opened)
    text = value.get("raw") if isinstance(value, dict) else value
    if learning is None or not isinstance(text, str) or not text:
        return value
    crewai, how = learning
    better = await _tried(desk, step, opened, crewai.review(desk.request_for(opened), opened.name, text, how))
    if better is None or better == text:
        return value
    return {**value, "raw": better} if isinstance(value, dict) else better


async def learn(desk: Desk, step: StepDocument, opened: OpenCall, output: Any, words: str) -> None:
    """Draw lessons from what a person said of an output."""
    learning = await _learning(desk, step, opened) if words.strip() else None
    if learning is not None:
        crewai, how = learning
        text = str(output.get("raw") if isinstance(output, dict) and "raw" in output else output)
        await _tried(desk, step, opened, crewai.learn(desk.request_for(opened), opened.name, text, words, how))
        desk.learned.append(how.index)


async def _learning(desk: Desk, step: StepDocument, opened: OpenCall) -> tuple[CrewAI, Learning] | None:
    from crewlab.bridge.contract import Learning

    asked = step.human_feedback
    if asked is None or not asked.learn or asked.llm is None or desk.flow.config.memory in _OFF:
        return None
    llm = asked.llm if isinstance(asked.llm, str) else asked.llm.model_dump(exclude_unset=True)
    index = question_index(opened.index, opened.number)
    how = lessons_kept(desk.flow.config.memory)
    crewai = await result_of(desk.equipment.loading.begin())
    return crewai, Learning(llm, asked.learn_source, how, index, tuple(desk.learned))


async def _tried(desk: Desk, step: StepDocument, opened: OpenCall, work: Coroutine[Any, Any, Any]) -> Any:
    """What came of it; a step that need not learn goes on when nothing did, and says so in the log."""
    asked = step.human_feedback
    try:
        return (await over(work)).result()
    except CrewLabError as error:
        if (asked is not None and asked.learn_strict) or desk.recorder.is_over_budget:
            raise
        desk.records.lessons_failed(opened, error)
        return None


async def publish(desk: Desk) -> None:
    """Let executions that begin from now on recall what this one, which is complete, has learned."""
    try:
        await desk.equipment.tools.run(partial(_publish, desk, desk.execution), timeout_seconds=_PUBLISH_SECONDS)
    except CrewLabError as error:
        desk.records.nothing_published(error)


def _publish(desk: Desk, execution: Execution) -> int:
    from crewlab.memory.memories import Sight  # who learns nothing loads nothing

    definition = definition_key(execution.definition_id, execution.definition_name)
    sight = Sight(execution.owner, definition, execution.execution_id)
    library = desk.equipment.library
    return sum(library.memories_of(name).publish(sight) for name in ("", *storages_of(desk.closure.document)))
