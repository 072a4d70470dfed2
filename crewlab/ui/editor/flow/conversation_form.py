"""Whether a flow holds a conversation, who answers, and how a route is chosen."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crewlab.definitions.editing import Path, set_value
from crewlab.definitions.flows.conversation import RouterDocument, is_conversation, routes_of
from crewlab.ui.editor.fields import Fields
from crewlab.ui.editor.model_field import model_field
from crewlab.ui.editor.more_fields import More, more_fields, named, names, text

PLACE: Path = ("conversational",)
ROUTER: Path = (*PLACE, "router")
_SHOWN = ("enabled", "system_prompt", "llm", "router", "default_intents", "intent_llm")
_IN_ROUTER = frozenset(RouterDocument.model_fields) - {"response_format"}
_WAYS = (
    More("prompt", "What the router is told besides", "Stands before the list of routes.", text),
    More("routes", "Routes", "Absent: what steps wait for and no step is called.", names,
         {"placeholder": "What steps wait for"}),
    More("route_descriptions", "What each route is for", "JSON. Without it the note of the step that waits for the "
         "route says it.", named, {"placeholder": '{"price": "What things cost"}'}),
)  # fmt: skip
_INTENTS = (
    More("default_intents", "Intents", "Without a router one model says which of these a person means: the first one "
         "where that is unclear.", names, {"placeholder": "None: the router chooses"}),
)  # fmt: skip


def conversation_form(fields: Fields) -> None:
    """Draw the switch and, where the flow holds a conversation, the rest."""
    document = fields.draft.document
    with st.container(border=True, key="definition.conversation"):
        fields.switch(
            (*PLACE, "is_held"),
            "Holds a conversation",
            value=is_conversation(document),
            change=_switch,
            help="A person says something, steps that start run, and a route is taken: a model answers, or those steps "
            "do that wait for the route. One execution is one conversation.",
        )
        if not is_conversation(document):
            fields.notes(PLACE, within=True)
            return
        left, right = st.columns(2, gap="large")
        with left:
            model_field(fields, (*PLACE, "llm"), "Model that answers", empty="The one that chooses the route")
            fields.text((*PLACE, "system_prompt"), "What it is told", height=90, is_optional=True,
                        placeholder="crewAI's own words")  # fmt: skip
        with right:
            _router(fields)
        more_fields(fields, PLACE, _INTENTS, title="Intents instead of a router", icon=":material/ads_click:",
                    key="definition.conversation.intents")  # fmt: skip
        if document["conversational"].get("default_intents"):
            model_field(fields, (*PLACE, "intent_llm"), "Model that reads intents", empty="Choose one")
        fields.others(PLACE, _SHOWN)


def _router(fields: Fields) -> None:
    routes = routes_of(fields.draft.document)
    model_field(fields, (*ROUTER, "llm"), "Model that chooses the route", empty="The one that answers")
    for name, label in (
        ("default_intent", "Route without a model"),
        ("fallback_intent", "Route when the model names none"),
    ):
        fields.choice((*ROUTER, name), label, routes, placeholder="converse")
    more_fields(
        fields, ROUTER, _WAYS, title="Routes", icon=":material/alt_route:", key="definition.conversation.routes"
    )
    fields.others(ROUTER, _IN_ROUTER)


def _switch(document: dict[str, Any], is_on: bool) -> dict[str, Any]:
    """What the block says is kept while it is off; a flow that never held one gets an empty one."""
    block = document.get("conversational")
    kept = {name: value for name, value in block.items() if name != "enabled"} if isinstance(block, dict) else {}
    if not is_on:
        return set_value(document, PLACE, {**kept, "enabled": False} if kept else None)
    return {**document, "conversational": kept}
