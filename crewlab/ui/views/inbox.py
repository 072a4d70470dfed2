"""Inbox: what waits for a person, the oldest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.empty_state import empty_state
from crewlab.ui.components.executions.question_view import show_question
from crewlab.ui.components.executions.rows import told_inputs
from crewlab.ui.components.formats import plural
from crewlab.ui.components.live import live
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.components.rehearsal_label import rehearsal_markdown
from crewlab.ui.links import link

if TYPE_CHECKING:
    from crewlab.executions.person import Question
    from crewlab.lab import Lab

SHOWN = 20
"""How many questions are drawn at a time; those behind them move up."""
EVERY_SECONDS = 3.0


def render(lab: Lab) -> None:
    """Draw the page; a question that is asked meanwhile appears by itself."""
    st.title("Inbox")
    st.caption(
        "Answers that a person shall see before anything reads them. What waits holds nothing and costs nothing."
    )
    live(lambda: _show(lab), is_active=True, every_seconds=EVERY_SECONDS)


def _show(lab: Lab) -> bool:
    questions = lab.waiting(limit=SHOWN)
    if not questions:
        with empty_state(
            "Nothing waits for you",
            "Tasks with *A person checks the answer* ask here, and steps of flows with a question.",
            ":material/inbox:",
        ):
            link("executions", "Go to Executions", ":material/list_alt:")
    for question in questions:
        _title(lab, question)
        show_question(lab, question)
    if (behind := lab.count_waiting() - len(questions)) > 0:
        st.caption(f"{plural(behind, 'more question')} after these.")
    return True


def _title(lab: Lab, question: Question) -> None:
    row = f" · row {question.row_number}" if question.row_number else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        name = f"**{escape(shorten(question.definition_name, 60))}**{row}"
        link("execution", name, ":material/play_circle:", id=question.execution_id)
        st.caption(escape(shorten(told_inputs(lab.execution(question.execution_id)), 80)), width="content")
        if question.is_rehearsal:
            st.markdown(rehearsal_markdown(), width="content")
