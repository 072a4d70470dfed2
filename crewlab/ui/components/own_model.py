"""*Use your own model*: name it, give it a key for as long as this process lives, and try it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.models import required_key
from crewlab.ui.components.model_choice import own_models, remember_model
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.state import remember, remembered

if TYPE_CHECKING:
    from crewlab.lab import Lab

_MODEL, _URL, _KEY = "home.model.name", "home.model.base_url", "home.model.key"
_ASKED = "home.model.asked"
USUAL_KEY = "OPENAI_API_KEY"


def own_model(lab: Lab) -> None:
    """Draw the form, the result of the last test, and the models known so far."""
    with st.form("home.model", border=False):
        st.text_input("Model", key=_MODEL, placeholder="openai/gpt-4o-mini",
                      help="Provider and name, as crewAI writes them. Any OpenAI-compatible server: `openai/…` "
                           "and its base URL.")  # fmt: skip
        st.text_input("Base URL", key=_URL, placeholder="Only for a server of your own: http://127.0.0.1:11434/v1")
        st.text_input("Key", key=_KEY, type="password", placeholder=_key_placeholder(lab), autocomplete="off",
                      help="Kept in memory until this process ends, never on disk, never shown again.")  # fmt: skip
        st.form_submit_button("Test", icon=":material/network_check:", type="primary", on_click=_ask, args=(lab,))
    _result(lab)
    names = list(own_models())
    if names:
        st.caption(
            f"Known until this process ends: {escape(', '.join(names))}. Choose it at *Launch* under *Model for all "
            "agents*, or in a definition."
        )


def key_variable(llm: dict[str, Any]) -> str:
    """The variable that the key of this model belongs to."""
    return required_key(str(llm["model"])) or USUAL_KEY


def _ask(lab: Lab) -> None:
    """Take the form over and wipe the key from it, before anything is drawn."""
    name, url = st.session_state[_MODEL].strip(), st.session_state[_URL].strip()
    key, st.session_state[_KEY] = st.session_state[_KEY].strip(), ""
    llm = {"model": name, **({"base_url": url} if url else {})}
    if name and key:
        lab.remember_key(key_variable(llm), key)
    remember(_ASKED, llm)


def _result(lab: Lab) -> None:
    llm = remembered(_ASKED)
    if llm is None:
        return
    remember(_ASKED, None)
    if not llm["model"]:
        st.warning("Name a model first.", icon=":material/edit:")
        return
    with st.spinner("Asking the model (the first time, crewAI is loaded for it) …", show_time=True):
        trial = lab.test_model(llm)
    if not trial.ok:
        hint = f"\n\n:material/lightbulb: {escape(trial.hint)}" if trial.hint else ""
        st.error(f"{escape(trial.error or 'The model did not answer.')}{hint}", icon=":material/error:")
        return
    remember_model(llm if "base_url" in llm else llm["model"])
    st.success(
        f"It answered in {trial.latency_seconds:.2f} s: “{escape(shorten(trial.answer or '', 160))}”",
        icon=":material/check_circle:",
    )


def _key_placeholder(lab: Lab) -> str:
    names = lab.key_names()
    if not names:
        return "Not needed by every server"
    return "Already set: " + ", ".join(f"{name} ({source})" for name, source in sorted(names.items()))
