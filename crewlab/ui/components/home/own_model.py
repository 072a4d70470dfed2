"""*Use your own model*: name it, give it a key, and try it; one that works is kept as a model profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.library.model_profile_file import free_name
from crewlab.definitions.models import required_key
from crewlab.errors import CrewLabError
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.home.model_trial import ask_model, show_answer, show_failure
from crewlab.ui.components.model_choice import profile_names
from crewlab.ui.components.plain_text import escape
from crewlab.ui.state import forget, remember, remembered
from crewlab.ui.toasts import attempt

if TYPE_CHECKING:
    from crewlab.executions.model_test import ModelTest
    from crewlab.lab import Lab

_MODEL, _URL, _KEY = "home.model.name", "home.model.base_url", "home.model.key"
_KEEP, _STORE, _ASKED = "home.model.keep", "home.model.store", "home.model.asked"
USUAL_KEY = "OPENAI_API_KEY"


def own_model(lab: Lab) -> None:
    """Draw the form, the result of the last test, and the models known so far."""
    with st.form("home.model", border=False):
        st.text_input("Model", key=_MODEL, placeholder="openai/gpt-4o-mini",
                      help="Provider and name, as crewAI writes them. Any OpenAI-compatible server: `openai/…` "
                           "and its base URL.")  # fmt: skip
        st.text_input("Base URL", key=_URL, placeholder="Only for a server of your own: http://127.0.0.1:11434/v1")
        st.text_input("Key", key=_KEY, type="password", placeholder=_key_placeholder(lab), autocomplete="off",
                      help="In memory until this process ends, unless it is stored; never shown again.")  # fmt: skip
        st.checkbox("Keep the key even if the test fails", key=_KEEP,
                    help="Otherwise only a key that works replaces the one that is set.")  # fmt: skip
        st.checkbox("Store the key as a secret", key=_STORE,
                    help="Encrypted in the data folder, to be there after a restart. See Library.")  # fmt: skip
        st.form_submit_button("Test", icon=":material/network_check:", type="primary", on_click=_ask, args=(lab,))
    _result(lab)
    _keys_in_memory(lab)
    names = profile_names(lab)
    if names:
        st.caption(
            f"Model profiles: {escape(', '.join(names))}. Choose one at *Launch* or in a definition; change them "
            "under *Library › Model profiles*."
        )


def key_variable(llm: dict[str, Any]) -> str:
    """The variable that the key of this model belongs to."""
    return required_key(str(llm["model"])) or USUAL_KEY


def _ask(lab: Lab) -> None:
    """Take the form over and wipe the key from it, before anything is drawn."""
    name, url = st.session_state[_MODEL].strip(), st.session_state[_URL].strip()
    key, st.session_state[_KEY] = st.session_state[_KEY].strip(), ""
    remember(_ASKED, ({"model": name, **({"base_url": url} if url else {})}, key))


def _result(lab: Lab) -> None:
    llm, key = remembered(_ASKED) or (None, "")
    forget(_ASKED)
    if llm is None:
        return
    if mistake := mistake_in(llm, key):
        st.warning(escape(mistake), icon=":material/edit:")
        return
    trial = ask_model(lab, {**llm, "api_key": key} if key else llm)
    is_kept = bool(key) and (trial.ok or st.session_state[_KEEP])
    if is_kept:
        _keep_key(lab, key_variable(llm), key)
    if trial.ok:
        show_answer(trial)
        _keep_profile(lab, llm)
    else:
        _failed(llm, trial, is_refused=bool(key) and not is_kept)


def _keep_key(lab: Lab, variable: str, key: str) -> None:
    """Store the key, or keep it in memory; one that cannot be stored is kept in memory, and the page says why."""
    lab.remember_key(variable, key)
    if st.session_state[_STORE]:
        try:
            lab.secrets.set(variable, key)
        except CrewLabError as error:
            error_box(error)
        else:
            lab.remember_key(variable, "")  # memory would win over what is stored later


def mistake_in(llm: dict[str, Any], key: str) -> str | None:
    """Why this cannot be tested, or `None`."""
    if not llm["model"]:
        return "Name a model first."
    url = str(llm.get("base_url", ""))
    if url and not url.startswith(("http://", "https://")):
        return f"The base URL {url} does not say how to reach the server. Put http:// or https:// in front of it."
    odd = next(((place, char) for place, char in enumerate(key, 1) if not "!" <= char <= "~"), None)
    if odd:
        return (
            f"Character {odd[0]} of the key, {odd[1]!r}, is one that keys cannot have: they are plain letters, digits "
            "and signs without spaces. Copy the key again where the provider shows it."
        )
    return None


def _failed(llm: dict[str, Any], trial: ModelTest, *, is_refused: bool) -> None:
    variable = key_variable(llm)
    hint = f"Enter the key above, store {variable} under Library, or set it in the environment."
    more = f"The key was not kept; {escape(variable)} is as it was." if is_refused else ""
    show_failure(trial, hint=hint if variable in trial.error else "", more=more)


def _keep_profile(lab: Lab, llm: dict[str, Any]) -> None:
    """A model that works becomes a profile, unless one says the same; that can be undone at once."""
    model, base_url = llm["model"], llm.get("base_url")
    try:
        known = lab.model_profiles()
        same = next((one for one in known if one.llm() == (llm if base_url else model)), None)
        if same is not None:
            st.caption(f"It is the model profile **{escape(same.name)}**.")
            return
        name = free_name(model, [one.name for one in known])
        lab.save_model_profile(name, model, base_url=base_url)
    except CrewLabError as error:
        error_box(error)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Kept as the model profile **{escape(name)}**.")
        st.button("Undo", icon=":material/undo:", key="home.model.undo", type="tertiary", on_click=_undo,
                  args=(lab, name))  # fmt: skip


def _undo(lab: Lab, name: str) -> None:
    attempt(lambda: lab.delete_model_profile(name, even_if_used=True))


def _keys_in_memory(lab: Lab) -> None:
    """What a person entered here can be taken back."""
    names = [name for name, source in sorted(lab.key_names().items()) if source == "memory"]
    with st.container(horizontal=True, gap="small"):
        for name in names:
            st.button(f"Forget {name}", icon=":material/key_off:", key=f"home.model.forget.{name}", type="tertiary",
                      on_click=lab.remember_key, args=(name, ""), help="Drop the key from memory")  # fmt: skip


def _key_placeholder(lab: Lab) -> str:
    names = lab.key_names()
    if not names:
        return "Not needed by every server"
    return "Already set: " + ", ".join(f"{name} ({source})" for name, source in sorted(names.items()))
