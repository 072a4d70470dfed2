"""Start a new crew or flow: ask for a name, then open it in the forms, unsaved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.editing import free_name, new_crew
from crewlab.definitions.editing_flows.starting import new_flow
from crewlab.definitions.names import MOST_CHARACTERS
from crewlab.executions.identity import new_id
from crewlab.ui.links import go_once

if TYPE_CHECKING:
    from crewlab.lab import Lab


@st.dialog("New crew", icon=":material/add:")
def ask_new_crew(lab: Lab) -> None:
    """Ask for the name; the crew starts with two agents and two tasks that run as they are."""
    st.caption("It starts with two agents and two tasks on the rehearsal model. Change everything in the forms.")
    _ask(lab, "my-crew", new_crew)


@st.dialog("New flow", icon=":material/add:")
def ask_new_flow(lab: Lab) -> None:
    """Ask for the name; the flow starts with four steps that run as they are."""
    st.caption(
        "Steps that run crews, ask agents, call tools and decide what comes next. "
        "It starts with four steps on the rehearsal model. Change everything in the forms."
    )
    _ask(lab, "my-flow", new_flow)


def _ask(lab: Lab, likely: str, made: Callable[[str], dict[str, Any]]) -> None:
    taken = {summary.name for summary in lab.definitions.list(archived=None)}
    with st.form("definitions.new", border=False):
        name = st.text_input(
            "Name", value=free_name(taken, likely), key="definitions.new.name", max_chars=MOST_CHARACTERS
        ).strip()
        is_asked = st.form_submit_button("Create", type="primary", icon=":material/check:")
    if is_asked and name in taken:
        st.error(f"There is already a definition named {name!r}. Choose another name.", icon=":material/error:")
    elif is_asked and name:
        draft_id = new_id()
        lab.definitions.save_draft(draft_id, made(name))
        go_once("definition", draft=draft_id)
    elif is_asked:
        st.error("Give it a name.", icon=":material/error:")
