"""The sidebar of every page: what is running now, and whether the store is well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.errors import CrewLabError
from crewlab.ui import holder
from crewlab.ui.links import lead_after, link
from crewlab.ui.state import remember, remembered

if TYPE_CHECKING:
    from crewlab.lab import Lab

_DRAWN = "shell.drawn"


def sidebar() -> None:
    """Draw it below the navigation; it keeps itself up to date while the page is open."""
    with st.sidebar:
        _status()


def mark_drawn() -> None:
    """Say that the first page has been drawn: from now on the sidebar's next tick may load crewAI."""
    remember(_DRAWN, True)


@st.fragment(run_every=2.0, key="shell.status")
def _status() -> None:
    lead_after()
    lab = holder.lab_if_open()
    if lab is None:
        return
    if remembered(_DRAWN):
        lab.warm_up()
    try:
        _activity(lab)
    except CrewLabError as error:
        st.caption(f":material/error: {error.message}")
    if lab.store_health != "ok":
        st.warning(f"The store is {lab.store_health}.", icon=":material/database_off:")


def _activity(lab: Lab) -> None:
    state = lab.engine_state()
    if state.is_paused:
        link("settings", "**The pool is paused**", ":material/pause_circle:", help="Nothing new starts.")
    if state.running:
        link("executions", f"{state.running} running", ":material/play_circle:", status="running")
    if state.pending:
        link("executions", f"{state.pending} pending", ":material/schedule:", status="pending")
    if asked := lab.count_waiting():
        link("inbox", f"**{asked} waiting for you**", ":material/front_hand:")
    if not state.running and not state.pending and not asked:
        st.caption(":material/bedtime: Nothing is running")
    if state.crewai.startswith("failed"):
        st.error(f"crewAI could not be loaded: {state.crewai.removeprefix('failed: ')}", icon=":material/error:")
