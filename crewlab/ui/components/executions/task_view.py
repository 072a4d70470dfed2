"""The tasks of an execution: numbers that add up, where the time went, and what each task produced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from crewlab.analysis import figures
from crewlab.ui.components.cells import cell, json_cell
from crewlab.ui.components.chart import show_figure
from crewlab.ui.components.compare.cost_as_if import show_cost_as_if
from crewlab.ui.components.csv_button import csv_button
from crewlab.ui.components.data_table import show_table
from crewlab.ui.components.executions.output_view import show_output, show_text
from crewlab.ui.components.executions.task_lines import task_lines, usage_columns
from crewlab.ui.components.plain_text import escape
from crewlab.ui.components.status import status_markdown
from crewlab.ui.links import link

if TYPE_CHECKING:
    import pandas as pd

    from crewlab.analysis.columns import FrameScope
    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab

COLUMNS = ("task_name", "agent", "status", "duration_seconds")
ALWAYS = ("status", "duration_seconds", "model_calls", "input_tokens", "output_tokens", "cost_usd")
_BARS: dict[str, Literal["duration_seconds", "tokens", "cost_usd"]] = {
    "Duration": "duration_seconds",
    "Tokens": "tokens",
    "Cost": "cost_usd",
}


def show_tasks(lab: Lab, execution: Execution) -> None:
    """Draw the table with its unassigned and total lines, bars per task, the estimate, and one task in full."""
    scope: FrameScope = {"execution_ids": [execution.execution_id]}
    tasks, calls = lab.tasks_df(**scope), lab.llm_calls_df(**scope)
    if tasks.empty:
        st.caption("No task has started yet.")
        return
    lines = task_lines(tasks, calls, lab.tool_calls_df(**scope), execution.usage, execution.duration_seconds)
    _show_lines(lines, execution)
    _show_scores(lab.scores_df(**scope))
    _show_bars(tasks)
    show_cost_as_if(lab, lines, key="tasks.as_if")
    _show_one(tasks, execution)


def _show_lines(lines: pd.DataFrame, execution: Execution) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Total is the whole execution over all attempts. Dashes are unknown, not zero.")
        csv_button(
            lambda: lines,
            file_name=f"tasks_{execution.execution_id}.csv",
            key="tasks.csv",
        )
    attempts = ("attempt",) if lines["attempt"].nunique() > 1 else ()
    show_table(
        lines,
        "tasks",
        (*attempts, *COLUMNS, *usage_columns(lines, ALWAYS)),
        alt="Tasks with durations, tokens and cost",
        key="tasks.table",
        height="content",
        keep=ALWAYS,
    )


def _show_scores(scores: pd.DataFrame) -> None:
    """What a judge gave, where one was asked."""
    if scores.empty:
        return
    st.subheader("Scores", anchor=False)
    columns = ("task_name", "agent", "quality", "model", "error_message")
    show_table(scores, "scores", columns, alt="What a model gave each output", key="tasks.scores", height="content")


def _show_bars(tasks: pd.DataFrame) -> None:
    chosen: str | None = st.segmented_control(
        "Show per task", list(_BARS), default="Duration", required=True, key="tasks.metric"
    )
    figure = figures.task_bars(tasks, metric=_BARS[chosen or "Duration"])
    if figure is None:
        st.caption(f"{chosen} is not known for any task.")
    else:
        show_figure(figure, key="tasks.bars", alt=f"{chosen} per task")


def _show_one(tasks: pd.DataFrame, execution: Execution) -> None:
    st.subheader("One task in full")
    labels = [_task_label(row) for _, row in tasks.iterrows()]
    chosen = st.selectbox("Task", range(len(tasks)), format_func=lambda row: labels[row], key="tasks.one")
    task = tasks.iloc[chosen or 0]
    error = cell(task, "error_message")
    st.markdown(f"{status_markdown(str(cell(task, 'status')))} {escape(cell(task, 'agent') or '')}")
    if cell(task, "reused_from_attempt"):
        _show_origin(task)
    if error:
        st.error(escape(f"{error} {cell(task, 'error_hint') or ''}"), icon=":material/error:")
    with st.expander("What the agent was asked", icon=":material/chat:"):
        show_text(cell(task, "description") or "(no description)")
        st.caption(_context(json_cell(task, "context")))
    show_output(
        cell(task, "output"),
        json_cell(task, "output_json"),
        key=f"tasks.output.{chosen}",
        file_name=f"{cell(task, 'task_name')}_{execution.execution_id}.md",
    )


def _show_origin(task: pd.Series[Any]) -> None:
    """Who paid for a reused output, and whether a person changed it."""
    source = cell(task, "reused_from_execution_id")
    if cell(task, "is_edited"):
        st.caption("A person wrote this output for the fork: nothing was paid for it.")
    elif source:
        st.caption("Reused from another execution: nothing was paid again.")
    else:
        st.caption(f"Reused from attempt {cell(task, 'reused_from_attempt')}: nothing was paid again.")
    if source:
        link("execution", "Open that execution", ":material/open_in_new:", id=str(source))


def _task_label(task: pd.Series[Any]) -> str:
    attempt = f" (attempt {task['attempt']})" if int(task["attempt"]) > 1 else ""
    return f"{cell(task, 'task_name')}{attempt}"


def _context(names: Any) -> str:
    return f"It was given the outputs of: {escape(', '.join(names))}" if names else "It was given no other output."
