"""Where an execution stands among flows: what it ran as its steps, and which flow it is a step of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.csv_button import csv_button
from crewlab.ui.components.executions.table import open_from
from crewlab.ui.components.plain_text import escape
from crewlab.ui.links import link

if TYPE_CHECKING:
    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab

MOST_LEVELS = 50


def show_children(lab: Lab, execution: Execution) -> None:
    """Draw the executions that the flow ran as its steps; a click on a name opens one."""
    children = lab.children(execution.execution_id)
    if not children:
        st.caption("No step of this flow has run a crew or a flow.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Each is an execution of its own, with its tasks, calls and log. A click on its name opens it.")
        csv_button(
            lambda: lab.executions_df(execution_ids=[child.execution_id for child in children]),
            file_name=f"executions_of_{execution.execution_id}.csv",
            key="children.csv",
        )
    open_from(children, key="children.table", alt="Executions that this flow ran as its steps")


def ancestors(lab: Lab, execution: Execution) -> list[Execution]:
    """The flows that an execution is a part of, the one that was launched first."""
    found: list[Execution] = []
    parent = execution.parent_execution_id
    while parent is not None and len(found) < MOST_LEVELS:
        found.insert(0, lab.execution(parent))
        parent = found[0].parent_execution_id
    return found


def show_breadcrumbs(lab: Lab, execution: Execution) -> None:
    """A link to every flow above this execution, and the step that leads from each to the next."""
    above = ancestors(lab, execution)
    if not above:
        return
    steps = [*(flow.parent_step for flow in above[1:]), execution.parent_step]
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="execution.breadcrumbs"):
        for flow, step in zip(above, steps, strict=True):
            link("execution", escape(flow.definition_name), ":material/account_tree:", id=flow.execution_id)
            st.markdown(f":gray[›  step {escape(step or '?')}  ›]", width="content")
        st.markdown(f"**{escape(execution.definition_name)}**", width="content")
