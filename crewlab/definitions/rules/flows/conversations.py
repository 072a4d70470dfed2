"""Rules about flows that hold a conversation: who answers, what is Python code, and what does nothing here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crewlab.definitions.flows.conversation import (
    CONVERSE,
    OURS,
    ConversationDocument,
    RouterDocument,
    is_conversation,
    models_of,
    routes_of,
)
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.flows.steps import unknown_fields
from crewlab.definitions.rules.flows.subject import FlowSubject
from crewlab.definitions.rules.subject import error, is_on, listed, warning

_IDLE = {
    "visible_agent_outputs": "It chooses among results that Python code of a flow records, and none is run.",
    "defer_trace_finalization": "It belongs to crewAI's tracing service, which is not used.",
    "trace_scope": "It belongs to crewAI's tracing service, which is not used.",
}
_OUTDATED = ("answer_from_history_prompt", "answer_from_history_llm")


def conversation(subject: FlowSubject) -> Iterable[Problem]:
    """A conversation names a model where one answers, and nothing that is not run."""
    block = subject.document.get("conversational")
    if not isinstance(block, Mapping) or not is_conversation(subject.document):
        return
    yield from unknown_fields(ConversationDocument, _without(block, *_OUTDATED), "conversational")
    yield from _not_run(block)
    yield from _router(block.get("router"), routes_of(subject.document))
    for name in (name for name in OURS if name in subject.steps):
        what = f"A conversation has a step of its own that is called {name!r}."
        yield error("flow.conversational.step", f"methods.{name}", what, "Rename the step.")
    models = models_of(subject.document)
    if CONVERSE not in models and CONVERSE not in subject.steps:
        what = "There is no model that answers where no step of the flow does."
        yield error("flow.conversational.llm", "conversational.llm", what, "Name one.")
    if block.get("default_intents") and not block.get("intent_llm"):
        what = "No model says which of the intents a person means."
        yield error("flow.conversational.llm", "conversational.intent_llm", what, "Name one.")


def _router(router: Any, routes: list[str]) -> Iterable[Problem]:
    if isinstance(router, Mapping):
        yield from unknown_fields(RouterDocument, router, "conversational.router")
        for field in ("default_intent", "fallback_intent"):
            if isinstance(router.get(field), str) and router[field] not in routes:
                what = f"No route is called {router[field]!r}, so nobody answers such a turn."
                yield error(
                    "flow.conversational.route", f"conversational.router.{field}", what, f"Routes: {listed(routes)}."
                )
        if is_on(router.get("response_format")):
            what = "It names a Python class, which CrewLab keeps and does not import."
            hint = "Remove it: the answer is asked for as one of the routes."
            yield error("flow.code.refused", "conversational.router.response_format", what, hint)


def _not_run(block: Mapping[str, Any]) -> Iterable[Problem]:
    for field in (field for field in _OUTDATED if is_on(block.get(field))):
        what = "crewAI has given it up; the route `converse` answers from the messages so far."
        yield error("flow.conversational.outdated", f"conversational.{field}", what, "Remove it, and name an llm.")
    for field, what in _IDLE.items():
        if field in block:
            yield warning("flow.conversational.idle", f"conversational.{field}", what, f"Remove {field}.")


def _without(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in names}
