"""Short confirmations that outlive the rerun or page change that follows the thing they confirm."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from crewlab.errors import CrewLabError
from crewlab.ui.components.plain_text import escape
from crewlab.ui.state import remember, remembered

_WAITING = "page.toasts"


def toast_next(text: str, icon: str = ":material/check_circle:") -> None:
    """Show a confirmation when the next page is drawn."""
    remember(_WAITING, [*remembered(_WAITING, []), (text, icon)])


def show_toasts() -> None:
    """Show the confirmations that wait, once."""
    for text, icon in remembered(_WAITING, []):
        st.toast(text, icon=icon)
    remember(_WAITING, [])


def attempt(act: Callable[[], object]) -> None:
    """Do what a button asks for, from its callback; an error that a person can act on becomes a message."""
    try:
        act()
    except CrewLabError as error:
        toast_next(escape(str(error)), ":material/error:")
