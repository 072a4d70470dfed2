"""Secrets by name: set, replace, delete. A value goes in and never comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.errors import CrewLabError
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.plain_text import escape
from crewlab.ui.state import remember, remembered
from crewlab.ui.toasts import toast_next

if TYPE_CHECKING:
    from crewlab.lab import Lab

_NAME, _VALUE, _ERROR = "library.secret.name", "library.secret.value", "library.secret.error"
_SOURCES = {
    "memory": "entered on Home, until this process ends",
    "secret": "stored",
    "environment": "set in the environment",
}


def secret_rows(lab: Lab) -> None:
    """Draw the form, what went wrong with it, and every key that there is."""
    st.markdown(
        "A stored secret is encrypted in the data folder. Definitions refer to it by name: a model uses its usual key, "
        "such as `OPENAI_API_KEY`, by itself, and any field of a model may say `${secret:NAME}`. "
        "Entered on Home wins over stored, and stored over the environment."
    )
    with st.form("library.secret", border=True):
        st.text_input("Name", key=_NAME, placeholder="OPENAI_API_KEY",
                      help="Letters, digits and _. A name that is stored already gets the new value.")  # fmt: skip
        st.text_input("Value", key=_VALUE, type="password", autocomplete="off", placeholder="Never shown again")
        st.form_submit_button("Store", icon=":material/lock:", type="primary", on_click=_store, args=(lab,))
    if isinstance(error := remembered(_ERROR), CrewLabError):
        error_box(error)
        remember(_ERROR, None)
    try:
        _list(lab)
    except CrewLabError as unreadable:
        error_box(unreadable)


def _store(lab: Lab) -> None:
    """Take the value over and wipe it from the form, before anything is drawn."""
    name = st.session_state[_NAME].strip()
    value, st.session_state[_VALUE] = st.session_state[_VALUE], ""
    try:
        lab.secrets.set(name, value)
    except CrewLabError as error:
        remember(_ERROR, error)
        return
    st.session_state[_NAME] = ""
    toast_next(f"{name} is stored.", ":material/lock:")


def _list(lab: Lab) -> None:
    stored, names = lab.secrets.names(), lab.key_names()
    if not {*stored, *names}:
        st.caption("No key is known. Rehearsal models and many servers of one's own need none.")
    for name in sorted({*stored, *names}):
        left, middle, right = st.columns([3, 3, 1], vertical_alignment="center")
        left.markdown(f":material/key: **{escape(name)}**")
        source = _SOURCES[names.get(name, "secret")]
        middle.caption(f"{source}; also stored" if name in stored and names[name] == "memory" else source)
        if name in stored:
            with right:
                _delete_button(lab, name)


def _delete_button(lab: Lab, name: str) -> None:
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown(f"What refers to **{escape(name)}** cannot run without it.")
        st.button("Delete for good", key=f"library.secret.delete.{name}", type="primary", on_click=_delete,
                  args=(lab, name))  # fmt: skip


def _delete(lab: Lab, name: str) -> None:
    try:
        lab.secrets.delete(name)
    except CrewLabError as error:
        remember(_ERROR, error)
        return
    toast_next(f"{name} is deleted.", ":material/delete:")
