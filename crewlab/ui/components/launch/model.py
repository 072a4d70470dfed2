"""Which models a launch uses: as defined, the rehearsal model or another for all agents, and one for each agent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict

import streamlit as st

from crewlab.definitions.models import agents_of, models_of, required_key
from crewlab.definitions.overlay import Overlay
from crewlab.ui.components.model_choice import model_names
from crewlab.ui.components.plain_text import escape
from crewlab.ui.links import link

if TYPE_CHECKING:
    from crewlab.definitions.library.model_profiles import ModelProfile
    from crewlab.lab import Lab

AS_DEFINED = "As defined"
REHEARSAL = "Rehearsal model (offline, free)"
OWN = "Another model"
TYPED = "Type another…"
AS_ABOVE = "As above"
REHEARSAL_MODEL = "rehearsal/plain"
Llm = str | dict[str, Any]


class ChosenModels(TypedDict):
    """The models of a launch, by the names of the lab's launch options."""

    llm: Llm | None
    llms: dict[str, Llm]


def choose_models(lab: Lab, document: Mapping[str, Any], *, key: str, definition_key: str) -> ChosenModels:
    """Draw the choices. `definition_key` tells definitions apart: each has agents of its own."""
    profiles = {profile.name: profile for profile in lab.model_profiles()}
    llm = _for_all(lab, document, profiles, key)
    with st.expander("A model for each agent", icon=":material/group:"):
        llms = _for_agents(lab, document, f"{key}.{definition_key}")
    return ChosenModels(llm=llm, llms=llms)


def own_model(model: str, base_url: str) -> Llm | None:
    """The override that two text fields describe, or `None` while no model is named."""
    if not model.strip():
        return None
    return {"model": model.strip(), "base_url": base_url.strip()} if base_url.strip() else model.strip()


def _for_all(lab: Lab, document: Mapping[str, Any], profiles: Mapping[str, ModelProfile], key: str) -> Llm | None:
    chosen = st.segmented_control(
        "Model for all agents", [AS_DEFINED, REHEARSAL, OWN], default=AS_DEFINED, required=True, key=key
    )
    if chosen == REHEARSAL:
        return REHEARSAL_MODEL
    if chosen == OWN:
        return _own_model(lab, profiles, key)
    models = ", ".join(models_of(document, Overlay(profiles=profiles)))
    st.caption(f"Defined: {escape(models) or 'no model'}")
    return None


def _own_model(lab: Lab, profiles: Mapping[str, ModelProfile], key: str) -> Llm | None:
    """A profile, or one that is typed here."""
    name = TYPED
    if profiles:
        name = st.selectbox(
            "Which one",
            [*profiles, TYPED],
            key=f"{key}.which",
            format_func=lambda one: _label(one, profiles),
            help="Model profiles are kept under Library › Model profiles.",
        )
    llm = _typed_model(key) if name == TYPED else name
    if llm is None:
        st.caption("Name a model. Until then, the agents keep the models that they are defined with.")
    else:
        _show_key(lab, Overlay(profiles=profiles).resolved(llm).llm)
    return llm


def _label(name: str, profiles: Mapping[str, ModelProfile]) -> str:
    return f"{name} · {profiles[name].model}" if name in profiles else name


def _typed_model(key: str) -> Llm | None:
    left, right = st.columns(2)
    model = left.text_input(
        "Model", key=f"{key}.own", placeholder="openai/gpt-4o-mini", help="Provider and model, as crewAI names them."
    )
    base_url = right.text_input(
        "Base URL",
        key=f"{key}.base_url",
        placeholder="empty for the provider's own",
        help="For a local or private server that speaks the OpenAI protocol, such as http://127.0.0.1:11434/v1.",
    )
    return own_model(model or "", base_url or "")


def _for_agents(lab: Lab, document: Mapping[str, Any], key: str) -> dict[str, Llm]:
    """The models of the agents that get one of their own."""
    st.caption("It wins over the model for all agents. Choose a profile or a voice, or type a model and press Enter.")
    offered = model_names(lab)
    chosen = {agent: _for_agent(agent, offered, f"{key}.agent.{agent}") for agent in agents_of(document)}
    return {agent: model for agent, model in chosen.items() if model}


def _for_agent(agent: str, offered: list[str], key: str) -> str | None:
    return st.selectbox(
        escape(agent),
        offered,
        index=None,
        key=key,
        placeholder=AS_ABOVE,
        accept_new_options=True,
        filter_mode="contains",
    )


def _show_key(lab: Lab, llm: Llm) -> None:
    variable = required_key(llm)
    if variable is None:
        return
    source = lab.key_names().get(variable)
    if source:
        st.caption(f":material/key: {variable} is set ({source}).")
    else:
        st.caption(f":material/key_off: {variable} is not set. Store it under Library › Secrets.")
        link("library", "Go to Library", ":material/book_2:")
