"""Executions as short rows with a link each, for places that have no room for a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.cells import as_text
from crewlab.ui.components.executions.header import noun_of
from crewlab.ui.components.formats import UNKNOWN, ago, cost, duration, plural, whole
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.components.rehearsal_label import labels_markdown
from crewlab.ui.components.status import status_markdown
from crewlab.ui.links import link

if TYPE_CHECKING:
    from crewlab.executions.execution import Execution


def running_rows(executions: Sequence[Execution]) -> None:
    """Executions that are going on: how far each is, and at what."""
    for execution in executions:
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                _name(execution)
                st.markdown(status_markdown(execution.status) + labels_markdown(execution), width="content")
                st.space("stretch")
                st.caption(_progress_text(execution), width="content")
            st.progress(execution.tasks_done / max(execution.tasks_total, 1))


def recent_rows(executions: Sequence[Execution]) -> None:
    """Executions newest first: outcome, of what, with which inputs, how long, tokens, cost."""
    with st.container(border=True, gap="small"):
        for execution in executions:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.markdown(status_markdown(execution.status), width=106)
                _name(execution)
                st.caption(escape(shorten(told_inputs(execution), 48)), width="stretch")
                st.markdown(_facts(execution), width="content")


def _name(execution: Execution) -> None:
    row = f" · row {execution.row_number}" if execution.row_number else ""
    link(
        "execution",
        f"**{escape(shorten(execution.definition_name, 40))}**{row}",
        help=escape(shorten(told_inputs(execution), 200)) or None,
        id=execution.execution_id,
    )


def told_inputs(execution: Execution) -> str:
    """The inputs in one line, which tells executions of one definition apart."""
    return ", ".join(as_text(value) for value in execution.inputs.values() if value is not None)


def _progress_text(execution: Execution) -> str:
    now = execution.current_task or (execution.status_message if not execution.tasks_done else "")
    current = f" · {escape(shorten(now, 40))}" if now else ""
    of = plural(execution.tasks_total, noun_of(execution))
    return f"{execution.tasks_done} of {of}{current} · {ago(execution.created_at)}"


def _facts(execution: Execution) -> str:
    usage = execution.usage
    spent = cost(usage.cost_usd, usage.unpriced_calls)
    known = usage.total_tokens is not None
    facts = [
        duration(execution.duration_seconds) if execution.duration_seconds is not None else "",
        f"{whole(usage.total_tokens)} tokens" if known else "tokens unknown" if usage.model_calls else "",
        "" if execution.is_rehearsal or execution.is_replay or spent == UNKNOWN else escape(spent),
        ago(execution.created_at),
    ]
    return f"{labels_markdown(execution)} :small[:gray[{' · '.join(fact for fact in facts if fact)}]]"
