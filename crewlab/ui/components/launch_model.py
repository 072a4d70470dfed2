"""Which model all agents use in a launch: as defined, the rehearsal model, or one of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.models import required_key
from crewlab.ui.components.model_choice import own_models
from crewlab.ui.components.plain_text import escape
from crewlab.ui.links import link

if TYPE_CHECKING:
    from crewlab.lab import Lab

AS_DEFINED = "As defined"
REHEARSAL = "Rehearsal model (offline, free)"
OWN = "Another model"
TYPED = "Type another…"
REHEARSAL_MODEL = "rehearsal/plain"


def choose_model(lab: Lab, models: tuple[str, ...], *, key: str) -> str | dict[str, Any] | None:
    """Draw the choice; return the override for a launch, `None` for as defined."""
    chosen = st.segmented_control(
        "Model for all agents", [AS_DEFINED, REHEARSAL, OWN], default=AS_DEFINED, required=True, key=key
    )
    if chosen == REHEARSAL:
        return REHEARSAL_MODEL
    if chosen == OWN:
        return _own_model(lab, key)
    st.caption(f"Defined: {escape(', '.join(models)) or 'no model'}")
    return None


def own_model(model: str, base_url: str) -> str | dict[str, Any] | None:
    """The override that two text fields describe, or `None` while no model is named."""
    if not model.strip():
        return None
    return {"model": model.strip(), "base_url": base_url.strip()} if base_url.strip() else model.strip()


def _own_model(lab: Lab, key: str) -> str | dict[str, Any] | None:
    """One that was entered on Home, or one that is typed here."""
    entered = own_models()
    name = st.selectbox("Which one", [*entered, TYPED], key=f"{key}.which") if entered else TYPED
    llm = _typed_model(key) if name == TYPED else entered[str(name)]
    if llm is None:
        st.caption("Name a model. Until then, the agents keep the models that they are defined with.")
    else:
        _show_key(lab, llm)
    return llm


def _typed_model(key: str) -> str | dict[str, Any] | None:
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


def _show_key(lab: Lab, llm: str | dict[str, Any]) -> None:
    variable = required_key(llm)
    if variable is None:
        return
    source = lab.key_names().get(variable)
    if source:
        st.caption(f":material/key: {variable} is set ({source}).")
    else:
        st.caption(f":material/key_off: {variable} is not set. Store it under Library › Secrets.")
        link("library", "Go to Library", ":material/book_2:")
