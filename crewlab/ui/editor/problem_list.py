"""The tab *Problems*: everything that keeps a definition from running, with a way to each place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.editing import task_names
from crewlab.definitions.editing_flows.steps import step_names
from crewlab.definitions.kinds import kind_of
from crewlab.ui.components.plain_text import escape
from crewlab.ui.editor import agent_form, task_form
from crewlab.ui.editor.document_form import EDIT
from crewlab.ui.editor.flow import step_form
from crewlab.ui.editor.open_draft import OpenDraft
from crewlab.ui.editor.pick_list import choose
from crewlab.ui.editor.saving import TAB
from crewlab.ui.state import remember

if TYPE_CHECKING:
    from crewlab.definitions.problem import Problem


def problem_list(draft: OpenDraft, problems: Sequence[Problem]) -> None:
    """Draw the problems, errors first."""
    if not problems:
        st.success("No problems: this can run.", icon=":material/check_circle:")
        return
    errors = sum(problem.severity == "error" for problem in problems)
    st.caption(
        f"{errors} to correct before it can run. A definition may be saved with problems."
        if errors
        else "Nothing keeps it from running; these are worth a look."
    )
    for number, problem in enumerate(sorted(problems, key=lambda problem: problem.severity)):
        _one(draft, problem, number)


def _one(draft: OpenDraft, problem: Problem, number: int) -> None:
    color, icon = ("red", "error") if problem.severity == "error" else ("orange", "warning")
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container():
            st.markdown(f":{color}[:material/{icon}:] **{escape(problem.what)}**  \n{escape(problem.hint)}")
            st.caption(f"{escape(problem.where)} · {escape(problem.id)}")
        st.button(
            "Show",
            icon=":material/arrow_forward:",
            key=f"definition.problem.{number}",
            on_click=lambda: show_place(draft.document, problem.where),
            help="Open the form where this can be corrected",
        )


def show_place(document: Mapping[str, Any], where: str) -> None:
    """Turn to the form that holds `where`, a path as problems name it."""
    part, _, rest = where.partition(".")
    if part == "document":
        remember(TAB, "Document")
        remember(EDIT, True)
        return
    if kind_of(document) == "flow":
        _show_flow_place(document, part, rest)
        return
    names = {"agents": list(document.get("agents", {})), "tasks": task_names(document)}.get(part)
    if names is None:
        remember(TAB, "Crew")
        return
    remember(TAB, part.capitalize())
    _choose(agent_form.LIST if part == "agents" else task_form.LIST, names, rest)


def _show_flow_place(document: Mapping[str, Any], part: str, rest: str) -> None:
    if part == "methods":
        remember(TAB, "Steps")
        _choose(step_form.LIST, step_names(document), rest)
    else:
        remember(TAB, "State" if part == "state" else "Flow")


def _choose(key: str, names: Sequence[str], rest: str) -> None:
    """Choose the thing that `rest` begins with the name of."""
    matching = [index for index, name in enumerate(names) if rest == name or rest.startswith(f"{name}.")]
    if matching:
        choose(key, matching[-1])
