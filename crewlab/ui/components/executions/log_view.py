"""The log of an execution: every event in order, each column a filter, each row readable in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.analysis.frames import has_rehearsal
from crewlab.ui.components.cells import json_cell, known
from crewlab.ui.components.csv_button import csv_button
from crewlab.ui.components.data_table import show_table
from crewlab.ui.components.executions.flow_tree import step_paths, with_steps
from crewlab.ui.components.formats import plural

if TYPE_CHECKING:
    import pandas as pd

    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab

LEVELS = ("debug", "info", "warning", "error")
COLUMNS = ("occurred_at", "level", "kind", "step", "agent", "task_name", "message")
_RECOLLECTIONS = (
    ("memory_recalled", "recall of memories", "recalls of memories"),
    ("memory_saved", "task remembered", "tasks remembered"),
    ("memory_save_failed", "task not remembered", "tasks not remembered"),
    ("knowledge_searched", "search in knowledge", "searches in knowledge"),
)
_FILTERS = (("kind", "Type"), ("step", "Step"), ("agent", "Agent"), ("task_name", "Task"))


def show_log(lab: Lab, execution: Execution) -> None:
    """Draw filters, the table, and the chosen event. The log of a flow is that of everything that it ran."""
    paths = step_paths(lab, execution)
    log = with_statuses(lab.logs_df(execution_ids=list(paths)))
    log = with_steps(log, paths) if execution.kind == "flow" else log
    if log.empty:
        st.caption("Nothing has happened yet.")
        return
    shown = _filtered(log)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"{len(shown):,} of {plural(len(log), 'event')}, times in UTC. Choose a row to see everything in it."
        )
        csv_button(
            lambda: shown,
            file_name=f"log_{execution.execution_id}.csv",
            key="log.csv",
            is_rehearsal=has_rehearsal(log) or None,
        )
    columns = ("attempt", *COLUMNS) if log["attempt"].nunique() > 1 else COLUMNS
    if told := recollections(log):
        st.caption(f":material/psychology: {told}")
    rows = show_table(
        shown, "logs", columns, alt="Log of this execution", key="log.table", choice="one", named_by=["event_id"],
        height=420,
    )  # fmt: skip
    if rows:
        st.json(json_cell(shown.iloc[rows[0]], "payload"))


def recollections(log: pd.DataFrame) -> str:
    """How often memory and knowledge were used, in a few words; an empty text when they were not."""
    counts = log["kind"].value_counts()
    return ", ".join(plural(int(counts[kind]), one, many) for kind, one, many in _RECOLLECTIONS if kind in counts)


def with_statuses(log: pd.DataFrame) -> pd.DataFrame:
    """The log with each move's new status in its message, where an event alone would say nothing."""
    moved = log["kind"] == "status_changed"
    statuses = [str(json_cell(row, "payload").get("status", "")) for _, row in log[moved].iterrows()]
    messages = log.loc[moved, "message"].fillna("")
    told = [f"{status}: {text}" if text else status for status, text in zip(statuses, messages, strict=True)]
    log = log.copy()
    log.loc[moved, "message"] = told
    return log


def filter_log(
    log: pd.DataFrame,
    *,
    levels: Sequence[str] = (),
    text: str = "",
    seconds: tuple[float | None, float | None] = (None, None),
    **chosen: Sequence[str],
) -> pd.DataFrame:
    """The rows that match all filters; an empty filter lets everything through. `seconds` count from the first row."""
    kept: pd.DataFrame = log[log["level"].isin(levels)] if levels else log
    elapsed = (kept["occurred_at"] - log["occurred_at"].min()).dt.total_seconds()
    start, end = seconds
    kept = kept[elapsed.between(start or 0.0, float("inf") if end is None else end)]
    for name, values in chosen.items():
        if values:
            kept = kept[kept[name].isin(values)]
    if text:
        kept = kept[kept["message"].str.contains(text, case=False, regex=False).fillna(False).astype(bool)]
    return kept


def _filtered(log: pd.DataFrame) -> pd.DataFrame:
    levels = st.pills("Level", LEVELS, selection_mode="multi", default=["info", "warning", "error"], key="log.level")
    with st.grid(3 + len(_FILTERS), min_column_width=120, vertical_alignment="bottom"):
        seconds = (_second("From second", "log.from"), _second("To second", "log.to"))
        chosen = {
            name: st.multiselect(label, known(log[name]), key=f"log.{name}", placeholder="All")
            for name, label in _FILTERS
            if name in log
        }
        text = st.text_input("Message contains", key="log.text", type="search", live="300ms", placeholder="Search")
    return filter_log(log, levels=levels, text=text or "", seconds=seconds, **chosen)


def _second(label: str, key: str) -> float | None:
    value = st.number_input(
        label, min_value=0.0, value=None, step=1.0, key=key, placeholder="Any", help="Counted from the first event."
    )
    return None if value is None else float(value)
