"""The steps that a conversation adds to a flow: a person speaks, a model chooses a route, and somebody answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crewlab.definitions.crew.llm import Llm
from crewlab.definitions.flows.conversation import (
    CONVERSE,
    END,
    FAREWELL,
    FAREWELLS,
    LISTEN,
    REPLY,
    ROUTE,
    ConversationAction,
    ConversationDocument,
    RouterDocument,
    routes_of,
)
from crewlab.engine.awaiting import result_of
from crewlab.engine.flows import people
from crewlab.engine.flows.apart import over
from crewlab.engine.flows.desk import Desk
from crewlab.engine.flows.step_records import OpenCall
from crewlab.engine.work import Result
from crewlab.errors import BuildError, ModelCallError, OutputError
from crewlab.executions.events import StepInput
from crewlab.executions.identity import new_id
from crewlab.executions.person import PersonAnswer

if TYPE_CHECKING:
    from crewlab.bridge.contract import CrewAI

PROMPT = "What do you say?"
_ENDED = "Conversation ended."


@dataclass(frozen=True)
class Part:
    """What a step of a turn produced, and writes into the state."""

    output: Any = None
    outcome: str | None = None
    writes: Mapping[str, Any] = field(default_factory=dict)


async def take_part(desk: Desk, opened: OpenCall, action: ConversationAction) -> Part | None:
    """Carry out one step of a turn; nothing while a person is waited for.

    Raises:
        CrewLabError: It failed; nothing was written.
    """
    return await _PARTS[action.part](desk, opened)


async def _listen(desk: Desk, opened: OpenCall) -> Part | None:
    """A person says something, or ends the conversation; what a launch has given is said first."""
    question = people.parked(desk, opened)
    if question is None:
        desk.records.started(opened)
        first = desk.state.values.get("current_user_message") if opened.number == 1 else None
        if isinstance(first, str) and first.strip():
            return await _heard(desk, opened, first)
        _ask(desk, opened)
        return None
    if question.answer is None:
        people.wait_on(desk, opened, question)
        return None
    desk.records.started(opened)
    if _is_farewell(question.answer):
        return _left(desk, question.answer)
    return await _heard(desk, opened, question.answer.text)


def _ask(desk: Desk, opened: OpenCall) -> None:
    """Show the answer of the turn before, and wait."""
    said = [message for message in _messages(desk) if message.get("role") == "assistant"]
    latest = said[-1].get("content") if said else ""
    question_id = new_id()
    desk.records.person_asked(opened, PROMPT, Result.of(latest), latest, (FAREWELL,), question_id)
    desk.records.parked(opened, latest, question_id)


def _is_farewell(answer: PersonAnswer) -> bool:
    said = answer.text.strip().casefold()
    return answer.outcome == FAREWELL or not said or said in FAREWELLS


def _left(desk: Desk, answer: PersonAnswer) -> Part:
    """The person ends the conversation; what they say with that is kept, and nobody answers."""
    if answer.outcome is None or not answer.text:
        return Part(writes={"ended": True})
    return Part(writes={"messages": [*_messages(desk), {"role": "user", "content": answer.text}], "ended": True})


async def _heard(desk: Desk, opened: OpenCall, text: str) -> Part:
    messages = [*_messages(desk), {"role": "user", "content": text}]
    writes: dict[str, Any] = {"messages": messages, "current_user_message": text, "last_user_message": text}
    intents = _block(desk).default_intents
    if intents:
        writes["last_intent"] = await _intent(desk, opened, messages, intents)
    return Part(text, writes=writes)


async def _intent(desk: Desk, opened: OpenCall, messages: list[Any], intents: list[str]) -> str:
    """What the person wants, by one call of the model that reads intents; the first one where that is unclear."""
    said = "\n".join(f"{one.get('role', 'user')}: {one.get('content', '')}" for one in messages)
    words = f"{said}\n\nLatest user message: {messages[-1]['content']}"
    crewai, llm = await _crewai(desk), _named(_block(desk).intent_llm, "intent_llm")
    try:
        intent: str = await _apart(crewai.choose_outcome(desk.request_for(opened), opened.name, words, intents, llm))
    except OutputError:
        return intents[0]
    return intent


async def _route(desk: Desk, opened: OpenCall) -> Part:
    """The route of this turn, which those who listen to it answer."""
    desk.records.started(opened, (_shown("current_user_message", desk),))
    chosen = await _chosen(desk, opened)
    label = chosen or (_state(desk, "last_intent") if _block(desk).default_intents else None) or "converse"
    return Part(label, label, {"last_intent": label})


async def _chosen(desk: Desk, opened: OpenCall) -> str | None:
    """What the router says, as crewAI asks it; nothing where there is none."""
    block, document = _block(desk), desk.closure.document
    routes = routes_of(document)
    if block.router is None and (block.default_intents or not set(routes) - set(block.builtin_routes)):
        return None
    router = block.router or RouterDocument()
    if block.router_llm is None:
        return router.default_intent
    crewai = await _crewai(desk)
    asked = crewai.choose_route(
        desk.request_for(opened), opened.name, document, desk.state.values, _named(block.router_llm, "router.llm")
    )
    try:
        chosen = await _apart(asked)
    except (ModelCallError, OutputError):
        chosen = None
    return chosen if chosen in routes else router.fallback_intent or router.default_intent


async def _converse(desk: Desk, opened: OpenCall) -> Part:
    """Answer out of the messages so far."""
    desk.records.started(opened, (_shown("messages", desk),))
    block, crewai = _block(desk), await _crewai(desk)
    llm = _named(block.answering_llm, "llm")
    asked = crewai.converse(desk.request_for(opened), opened.name, block.system_prompt, _messages(desk), llm)
    return _said(desk, await _apart(asked))


async def _end(desk: Desk, opened: OpenCall) -> Part:
    """The route that ends the conversation."""
    desk.records.started(opened)
    said = _said(desk, _ENDED)
    return Part(said.output, writes={**said.writes, "ended": True})


async def _reply(desk: Desk, opened: OpenCall) -> Part:
    """What a step of the flow has produced becomes the answer."""
    desk.records.started(opened)
    return _said(desk, desk.answer or "")


def _said(desk: Desk, text: str) -> Part:
    return Part(text, writes={"messages": [*_messages(desk), {"role": "assistant", "content": text}]})


def _block(desk: Desk) -> ConversationDocument:
    block = desk.flow.conversational
    assert block is not None  # only such flows have these steps
    return block


def _messages(desk: Desk) -> list[Any]:
    found = _state(desk, "messages")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _state(desk: Desk, name: str) -> Any:
    return desk.state.values.get(name)


def _shown(name: str, desk: Desk) -> StepInput:
    return StepInput(name=name, value=_state(desk, name), source=f"${{state.{name}}}")


def _named(llm: Llm | None, name: str) -> Any:
    """The model as the bridge takes it."""
    if llm is None:
        what = f"The conversation names no model for {name}."
        raise BuildError(what, f"Write `conversational.{name}`.")
    return llm if isinstance(llm, str) else llm.model_dump(exclude_unset=True)


async def _crewai(desk: Desk) -> CrewAI:
    return await result_of(desk.equipment.loading.begin())


async def _apart(asked: Awaitable[Any]) -> Any:
    async def awaited() -> Any:
        return await asked

    return (await over(awaited())).result()


_PARTS: dict[str, Callable[[Desk, OpenCall], Awaitable[Part | None]]] = {
    LISTEN: _listen,
    ROUTE: _route,
    CONVERSE: _converse,
    END: _end,
    REPLY: _reply,
}
