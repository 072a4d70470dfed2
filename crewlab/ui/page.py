"""The frame of every page: it finds the lab, and turns errors that a person can act on into a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.errors import CrewLabError, StoreError
from crewlab.ui import holder
from crewlab.ui.components.error_box import error_box
from crewlab.ui.toasts import show_toasts

if TYPE_CHECKING:
    from crewlab.lab import Lab


def show(render: Callable[[Lab], None]) -> None:
    """Draw a page with the process's lab; an error shows what happened and what to do, never a traceback."""
    show_toasts()
    try:
        lab = holder.get_lab()
    except CrewLabError as error:
        _show_closed(error)
        return
    try:
        render(lab)
    except CrewLabError as error:
        error_box(error)


def _show_closed(error: CrewLabError) -> None:
    st.title("CrewLab cannot open its store" if isinstance(error, StoreError) else "CrewLab cannot start")
    error_box(error)
    st.caption("Nothing was changed. Once the cause is gone, try again: the server need not be restarted.")
    st.button("Try again", icon=":material/refresh:", type="primary", key="page.try_again")
