"""Home: what is running, what ran, what it cost, and first steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.errors import CrewLabError
from crewlab.executions.status import ACTIVE, IN_FLIGHT, TERMINAL, ExecutionStatus
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.executions.rows import recent_rows, running_rows, told_inputs
from crewlab.ui.components.formats import ago, money, plural, whole
from crewlab.ui.components.home.first_steps import first_steps
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.links import link

if TYPE_CHECKING:
    from crewlab.lab import Lab

RUNNING_SHOWN, RECENT_SHOWN, WAITING_SHOWN = 6, 10, 5


def render(lab: Lab) -> None:
    """Draw the page; what changes keeps itself up to date."""
    st.title("Home")
    st.caption("Describe crews and flows, run them over your data, and see what changed and what it cost.")
    is_new = lab.count_executions() == 0
    if is_new:
        st.header("First steps")
        first_steps(lab)
        return
    _live(lab)
    with st.expander("First steps, and *Use your own model*", icon=":material/school:", key="home.first_steps"):
        first_steps(lab)


@st.fragment(run_every=2.0)
def _live(lab: Lab) -> None:
    try:
        _activity(lab)
    except CrewLabError as error:  # an exception does not leave a fragment, so the page's frame never sees it
        error_box(error)


def _activity(lab: Lab) -> None:
    counts = lab.counts()
    _numbers(lab, counts)
    _waiting(lab)
    going_on = [str(status) for status in ACTIVE if status is not ExecutionStatus.WAITING]
    active = sum(counts.get(status, 0) for status in going_on)
    st.header("Running now")
    if active:
        running = lab.executions(status=going_on, limit=RUNNING_SHOWN)
        running_rows(running)
        if active > len(running):
            link("executions", f"All {active} that run or wait", ":material/list_alt:")
    else:
        st.caption("Nothing. *Launch* starts a crew or a flow once, or over every row of a table.")
    st.header("Recent")
    ended = lab.executions(status=[str(status) for status in TERMINAL], limit=RECENT_SHOWN)
    if ended:
        recent_rows(ended)
    else:
        st.caption("Nothing has ended yet.")
    link("executions", "All executions", ":material/list_alt:")


def _waiting(lab: Lab) -> None:
    """What a person is asked; nothing where nobody is."""
    questions = lab.waiting(limit=WAITING_SHOWN)
    if not questions:
        return
    st.header("Waiting for you")
    with st.container(border=True, gap="small"):
        for question in questions:
            with st.container(horizontal=True, vertical_alignment="center"):
                row = f" · row {question.row_number}" if question.row_number else ""
                name = f"**{escape(shorten(question.definition_name, 40))}**{row}"
                name = f"{name}: {escape(shorten(question.task_name, 40))}"
                link("execution", name, ":material/front_hand:", id=question.execution_id)
                of = shorten(question.prompt or told_inputs(lab.execution(question.execution_id)), 60)
                st.caption(escape(f"{of} · asked {ago(question.asked_at)}".removeprefix(" · ")), width="content")
    link("inbox", f"Inbox: {plural(lab.count_waiting(), 'question')}", ":material/inbox:")


def _numbers(lab: Lab, counts: dict[str, int]) -> None:
    spend = lab.spend_usd()
    running = sum(counts.get(status, 0) for status in IN_FLIGHT)
    ended_badly = sum(counts.get(status, 0) for status in ("failed", "interrupted"))
    with st.grid(3, min_column_width=150):  # six of them fill rows of three and of two
        st.metric("Running", whole(running), border=True)
        st.metric("Pending", whole(counts.get("pending", 0)), border=True)
        st.metric("Completed", whole(counts.get("completed", 0)), border=True)
        st.metric("Failed or interrupted", whole(ended_badly), border=True)
        st.metric("Cancelled", whole(counts.get("cancelled", 0)), border=True)
        st.metric(
            "Real spend",
            "none" if spend is None else money(spend),
            border=True,
            help="US dollars for calls to real models whose price is known. The rehearsal model costs nothing and is "
            "not counted.",
        )
