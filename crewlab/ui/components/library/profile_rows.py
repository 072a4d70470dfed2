"""Model profiles: a table of them, a form for one, its test, and what uses it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.providers import PROVIDERS
from crewlab.errors import CrewLabError, ModelProfileError
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.home.model_trial import ask_model, show_trial
from crewlab.ui.components.library.record_choice import choose_record, is_drawn, show_record
from crewlab.ui.components.plain_text import escape
from crewlab.ui.state import forget, remember, remembered
from crewlab.ui.toasts import attempt, toast_next

if TYPE_CHECKING:
    from crewlab.definitions.library.model_profiles import ModelProfile
    from crewlab.lab import Lab

_KEY = "library.profile"
_ERROR, _DELETED, _TESTED = f"{_KEY}.error", f"{_KEY}.deleted", f"{_KEY}.tested"
NEW = "A new profile"
USUAL_KEY = "The provider's usual key"
_FIELDS = ("name", "model", "base_url", "secret", "parameters", "requests", "tokens", "note")


def profile_rows(lab: Lab) -> None:
    """Draw the table, the form, and the test of the profile that is chosen."""
    st.markdown(
        "A profile is a model with its parameters, server and limits, under a name. Definitions and launches say the "
        "name where they would say a model; what runs keeps a copy of what the profile said."
    )
    if isinstance(error := remembered(_ERROR), CrewLabError):
        error_box(error)
        remember(_ERROR, None)
    _undo(lab)
    try:
        profiles = {profile.name: profile for profile in lab.model_profiles()}
    except CrewLabError as unreadable:
        error_box(unreadable)
        return
    if profiles:
        _table(list(profiles.values()))
    profile = profiles.get(choose_record(_KEY, NEW, profiles) or "")
    _form(lab, profile)
    if profile:
        _actions(lab, profile)


def _table(profiles: list[ModelProfile]) -> None:
    rows = [
        {
            "name": profile.name,
            "model": profile.model,
            "server": profile.base_url,
            "key": _secret_of(profile) if profile.api_key else None,
            "parameters": json.dumps(profile.parameters) if profile.parameters else None,
            "requests": profile.requests_per_minute,
            "tokens": profile.tokens_per_minute,
            "note": profile.note or None,
        }
        for profile in profiles
    ]
    columns: Any = {
        "name": "Name",
        "model": "Model",
        "server": "Base URL",
        "key": "Key",
        "parameters": "Parameters",
        "requests": st.column_config.NumberColumn("Requests / min", format="localized"),
        "tokens": st.column_config.NumberColumn("Tokens / min", format="localized"),
        "note": "Note",
    }
    st.dataframe(rows, hide_index=True, column_config=columns, alt="Model profiles", placeholder="–")


def _form(lab: Lab, profile: ModelProfile | None) -> None:
    """A profile to add, or the chosen one to change; another choice is another form, which shows its own values."""
    key = f"{_KEY}.{profile.name if profile else NEW}"
    with st.form(key, border=True):
        _what(lab, profile, key)
        _how(profile, key)
        label = "Save profile" if profile else "Add profile"
        st.form_submit_button(label, icon=":material/save:", type="primary", on_click=_save, args=(lab, key, profile))


def _what(lab: Lab, profile: ModelProfile | None, key: str) -> None:
    left, right = st.columns(2)
    left.text_input("Name", profile.name if profile else "", key=f"{key}.name", placeholder="fast")
    right.text_input("Model", profile.model if profile else "", key=f"{key}.model", placeholder="openai/gpt-4o-mini",
                     help=f"Provider and name. Providers: {', '.join(sorted(PROVIDERS))}.")  # fmt: skip
    left, right = st.columns(2)
    left.text_input("Base URL", (profile and profile.base_url) or "", key=f"{key}.base_url",
                    placeholder="Only for a server of your own: http://127.0.0.1:11434/v1")  # fmt: skip
    secrets = [USUAL_KEY, *_secrets(lab, profile)]
    current = _secret_of(profile)
    right.selectbox("Key", secrets, index=secrets.index(current), key=f"{key}.secret",
                    help="A stored secret. Store it under Secrets first.")  # fmt: skip


def _how(profile: ModelProfile | None, key: str) -> None:
    parameters = json.dumps(profile.parameters, indent=1) if profile and profile.parameters else ""
    left, right = st.columns(2)
    left.text_area("Parameters as JSON", parameters, key=f"{key}.parameters", height=122,
                   placeholder='{"temperature": 0.2, "max_tokens": 500, "timeout": 60}')  # fmt: skip
    with right:
        first, second = st.columns(2)
        for column, label, name in ((first, "Requests a minute", "requests"), (second, "Tokens a minute", "tokens")):
            value = getattr(profile, f"{name}_per_minute") if profile else None
            column.number_input(label, min_value=1, value=value, step=1, key=f"{key}.{name}", placeholder="no limit",
                                help="Over all executions; those that have to wait say so.")  # fmt: skip
        st.text_input("Note", profile.note if profile else "", key=f"{key}.note", max_chars=1000)


def _actions(lab: Lab, profile: ModelProfile) -> None:
    """Test, and delete with the names of what uses it."""
    with st.container(horizontal=True):
        asked = st.button("Test", icon=":material/network_check:", key=f"{_KEY}.test", help="One tiny call")
        with st.popover("Delete", icon=":material/delete:"):
            users = lab.model_profile_users(profile.name)
            if users:
                st.markdown(f"These name **{escape(profile.name)}** and cannot run without it:")
                st.markdown("\n".join(f"- {escape(user)}" for user in users))
            else:
                st.markdown(f"No definition names **{escape(profile.name)}**.")
            st.button("Delete it", key=f"{_KEY}.delete", type="primary", on_click=_delete, args=(lab, profile.name))
    if asked:
        remember(_TESTED, (profile, ask_model(lab, profile.name)))
    tested, trial = remembered(_TESTED) or (None, None)
    if tested == profile and trial is not None:
        show_trial(trial)


def _secrets(lab: Lab, profile: ModelProfile | None) -> list[str]:
    """The secrets to choose from, that of the profile among them though it may be gone."""
    names = {name for name, source in lab.key_names().items() if source == "secret"}
    return sorted(names | ({_secret_of(profile)} - {USUAL_KEY}))


def _secret_of(profile: ModelProfile | None) -> str:
    reference = profile.api_key if profile else None
    return reference.removeprefix("${secret:").removesuffix("}") if reference else USUAL_KEY


def _save(lab: Lab, key: str, profile: ModelProfile | None) -> None:
    if not is_drawn(key):
        return
    state = {name: st.session_state[f"{key}.{name}"] for name in _FIELDS}
    try:
        saved = lab.save_model_profile(
            state["name"],
            state["model"],
            base_url=state["base_url"].strip() or None,
            api_key=None if state["secret"] == USUAL_KEY else f"${{secret:{state['secret']}}}",
            parameters=_parameters(state["parameters"]),
            requests_per_minute=state["requests"],
            tokens_per_minute=state["tokens"],
            note=state["note"],
            instead_of=profile.name if profile else None,
        )
    except CrewLabError as error:
        remember(_ERROR, error)
        return
    _begin_anew(key, saved.name)
    toast_next(f"{saved.name} is saved.", ":material/save:")


def _parameters(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text) if text.strip() else {}
    except ValueError as error:
        raise ModelProfileError(f"The parameters are not JSON: {error}.", 'For example {"temperature": 0.2}.') from None
    if not isinstance(value, dict):
        raise ModelProfileError("The parameters are no JSON object.", 'For example {"temperature": 0.2}.')
    return value


def _delete(lab: Lab, name: str) -> None:
    try:
        remember(_DELETED, lab.delete_model_profile(name, even_if_used=True))
    except CrewLabError as error:
        remember(_ERROR, error)
        return
    _begin_anew(f"{_KEY}.{name}", None)


def _undo(lab: Lab) -> None:
    """What was deleted last can be put back, until the next thing is done here."""
    deleted: ModelProfile | None = remembered(_DELETED)
    forget(_DELETED)
    if deleted is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{escape(deleted.name)} is deleted.")
        st.button("Undo", icon=":material/undo:", key=f"{_KEY}.undo", on_click=_put_back, args=(lab, deleted))


def _put_back(lab: Lab, profile: ModelProfile) -> None:
    attempt(lambda: lab.save_model_profile(**profile.model_dump()))


def _begin_anew(key: str, chosen: str | None) -> None:
    """Show the profile `chosen` as it is stored, or a new one; forget what was typed."""
    for name in _FIELDS:
        st.session_state.pop(f"{key}.{name}", None)
        st.session_state.pop(f"{_KEY}.{chosen}.{name}", None)
    show_record(_KEY, chosen)
