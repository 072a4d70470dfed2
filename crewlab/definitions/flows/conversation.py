"""Flows that hold a conversation: what crewAI's `conversational` block says, and the steps that it adds to a flow.

One execution is one conversation. A turn is: a person says something, the steps that start run, a model chooses a
route, the steps that listen to the route answer. Three of the steps bear crewAI's names; a flow that has a step of
such a name has its own way there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, StrictBool

from crewlab.definitions.crew.llm import Llm

LISTEN, ROUTE, CONVERSE, END, REPLY = (
    "user_turn",
    "route_conversation",
    "converse_turn",
    "end_conversation",
    "assistant_reply",
)
"""The steps that a conversation adds."""
OURS = (LISTEN, REPLY)
"""Those that crewAI has no step for: a person speaks, and what a step produced becomes the answer."""
BUILT_IN: dict[str, dict[str, Any]] = {
    LISTEN: {},
    ROUTE: {"start": True, "router": True},
    CONVERSE: {"listen": "converse"},
    END: {"listen": "end"},
    REPLY: {},
}
"""When each of them runs; those without a word of it begin and end a turn."""
STATE: dict[str, dict[str, Any]] = {
    "messages": {"type": "array", "default": []},
    "current_user_message": {"type": "string", "description": "What you say first; empty, you are asked for it."},
    "last_user_message": {"type": "string"},
    "last_intent": {"type": "string"},
    "ended": {"type": "boolean", "default": False},
    "events": {"type": "array", "default": []},
    "agent_threads": {"type": "object", "default": {}},
    "session_ready": {"type": "boolean", "default": False},
}
"""The fields that the state of a conversation has besides its own."""
TOLD = ("ended", "last_intent")
"""The fields by which the turns of a conversation are told once more: each of their values counts."""
FIRST_WORDS = "current_user_message"
"""The field in which a launch may give what the person says first."""
UNASKED = frozenset(STATE) - {FIRST_WORDS}
"""The fields that a launch is not asked for: the conversation fills them."""
FAREWELL = "end"
"""The outcome of a question with which a person ends the conversation."""
FAREWELLS = ("exit", "quit")
"""Words that end a conversation without a turn."""
_INTERNAL = "answer_from_history"
_DEEPEST = 40
"""Conditions within conditions that are read."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow")


class RouterDocument(_Part):
    """How a model chooses the route of a turn."""

    prompt: str | None = None
    response_format: Any = None
    """A Python class, which is kept and refused."""
    llm: Llm | None = None
    """Absent: `intent_llm` of the conversation, or its `llm`."""
    routes: list[str] | None = None
    """Absent: what steps listen to and no step is called."""
    route_descriptions: dict[str, str] | None = None
    default_intent: str | None = "converse"
    """The route where there is no model to ask."""
    fallback_intent: str | None = "converse"
    """The route where the model fails, or names none of the routes."""
    intent_field: str = "intent"


class ConversationDocument(_Part):
    """How a flow holds a conversation; that it is there is enough to make it one."""

    enabled: StrictBool = True
    system_prompt: str | None = None
    """Absent: crewAI's own; an empty text is none."""
    llm: Llm | None = None
    """Answers where no step of the flow does."""
    router: RouterDocument | None = None
    default_intents: list[str] | None = None
    """Without a router `intent_llm` chooses among these."""
    intent_llm: Llm | None = None
    visible_agent_outputs: list[str] | Literal["all"] | None = None
    defer_trace_finalization: bool = True
    trace_scope: Literal["turn", "session"] | None = None
    builtin_routes: list[str] = ["converse", "end"]
    internal_routes: list[str] = [_INTERNAL]

    @property
    def router_llm(self) -> Llm | None:
        """The model that chooses routes."""
        return (self.router.llm if self.router else None) or self.intent_llm or self.llm

    @property
    def answering_llm(self) -> Llm | None:
        """The model that answers where no step does."""
        if self.llm is not None:
            return self.llm
        return self.router.llm if self.router is not None else self.intent_llm


class ConversationAction(_Part):
    """What a step does that a conversation adds. No document says it: there is nothing to choose."""

    call: Literal["conversation"] = "conversation"
    part: str


def is_conversation(document: Mapping[str, Any]) -> bool:
    """Whether a flow holds a conversation."""
    block = document.get("conversational")
    return isinstance(block, Mapping) and block.get("enabled", True) is True


def added_steps(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The steps that a conversation adds to a flow, as far as triggers go, with the routes that it may take."""
    if not is_conversation(document):
        return {}
    own = _steps(document)
    added = {name: dict(body) for name, body in BUILT_IN.items() if name not in own}
    if ROUTE in added:
        added[ROUTE]["emit"] = routes_of(document)
    if not any(name == ROUTE or step.get("start") is not True for name, step in own.items()):
        added.pop(REPLY, None)  # what a turn starts with is over before its route: nothing of the flow's own answers
    return added


def routes_of(document: Mapping[str, Any]) -> list[str]:
    """The routes that a turn may take: those built in, those of the flow's own, and intents."""
    intents = _texts(_block(document).get("default_intents"))
    return list(dict.fromkeys([*_built_in(document), *own_routes(document), *intents]))


def own_routes(document: Mapping[str, Any]) -> list[str]:
    """What the router lists, or else what steps listen to that is neither a step nor an outcome of one."""
    router = _block(document).get("router")
    listed = _texts(router.get("routes")) if isinstance(router, Mapping) else []
    return listed or _heard(document)


def routes_to_offer(document: Mapping[str, Any]) -> list[str]:
    """The routes of the flow's own, written so that crewAI offers no others besides those built in."""
    return own_routes(document) or _built_in(document)


def taken_for_routes(document: Mapping[str, Any]) -> list[str]:
    """What crewAI would offer as routes besides: steps, and outcomes of steps, that others listen to."""
    routes = {*own_routes(document), *_built_in(document), _INTERNAL}
    return [name for name in _listened(document) if name not in routes]


def _block(document: Mapping[str, Any]) -> Mapping[str, Any]:
    block = document.get("conversational")
    return block if isinstance(block, Mapping) else {}


def _built_in(document: Mapping[str, Any]) -> list[str]:
    return _texts(_block(document).get("builtin_routes", ["converse", "end"]))


def _heard(document: Mapping[str, Any]) -> list[str]:
    steps = _steps(document)
    taken = {_INTERNAL, *steps, *BUILT_IN, *_built_in(document)}
    for step in steps.values():
        asked, failed = step.get("human_feedback"), step.get("on_error")
        taken.update(_texts(step.get("emit")))
        taken.update(_texts(asked.get("emit")) if isinstance(asked, Mapping) else ())
        taken.update(_texts([failed.get("emit")]) if isinstance(failed, Mapping) else ())
    return [name for name in _listened(document) if name not in taken]


def _listened(document: Mapping[str, Any]) -> list[str]:
    """Everything that steps listen to which are no routers, in order."""
    others = (step for step in _steps(document).values() if not step.get("router"))
    return list(dict.fromkeys(name for step in others for name in _names(step.get("listen"))))


def _names(condition: Any, depth: int = 0) -> list[str]:
    parts = condition.values() if isinstance(condition, Mapping) else condition if isinstance(condition, list) else ()
    if depth < _DEEPEST and parts:
        return [name for part in parts for name in _names(part, depth + 1)]
    return [condition] if isinstance(condition, str) else []


def _texts(value: Any) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _steps(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    methods = document.get("methods")
    steps = methods.items() if isinstance(methods, Mapping) else ()
    return {str(name): step for name, step in steps if isinstance(step, Mapping)}


def state_with_conversation(document: Mapping[str, Any]) -> Any:
    """The `state` of a flow with the fields that a conversation needs; they win, as in crewAI."""
    state = document.get("state")
    if not is_conversation(document):
        return state
    written: Mapping[str, Any] = state if isinstance(state, Mapping) else {}
    schema = written.get("json_schema")
    if isinstance(schema, Mapping):
        own = schema.get("properties")
        properties = {**(own if isinstance(own, Mapping) else {}), **STATE}
        return {**written, "json_schema": {**schema, "properties": properties}}
    own = written.get("default")
    begins = {name: field.get("default") for name, field in STATE.items()}
    return {**written, "default": {**begins, **(own if isinstance(own, Mapping) else {})}}


def models_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The models that the steps ask which a conversation adds, by step, as they are written."""
    if not is_conversation(document):
        return {}
    block: Mapping[str, Any] = document["conversational"]
    router = block.get("router")
    own = router.get("llm") if isinstance(router, Mapping) else None
    asked = {
        LISTEN: block.get("intent_llm") if block.get("default_intents") else None,
        ROUTE: own or block.get("intent_llm") or block.get("llm"),
        CONVERSE: block.get("llm") or (own if router else block.get("intent_llm")),
    }
    return {name: llm for name, llm in asked.items() if llm and name not in _steps(document)}
