"""One execution, live: where it is, what it produced, and everything that happened on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.analysis import figures
from crewlab.errors import ExecutionNotFoundError
from crewlab.ui.components.cassette_line import show_cassette
from crewlab.ui.components.chart import show_figure
from crewlab.ui.components.empty_state import empty_state
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.error_view import show_error
from crewlab.ui.components.execution_header import (
    definition_exists,
    show_actions,
    show_links,
    show_status,
    show_title,
    show_totals,
)
from crewlab.ui.components.files_view import show_files
from crewlab.ui.components.live import live
from crewlab.ui.components.log_view import show_log
from crewlab.ui.components.model_call_view import show_model_calls
from crewlab.ui.components.output_view import show_output
from crewlab.ui.components.question_view import show_questions
from crewlab.ui.components.snapshot_view import show_snapshot
from crewlab.ui.components.task_view import show_tasks
from crewlab.ui.components.tool_call_view import show_tool_calls
from crewlab.ui.links import link
from crewlab.ui.state import parameter

if TYPE_CHECKING:
    from crewlab.analysis.columns import FrameScope
    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab

TABS = {
    ":material/article: Output": "output",
    ":material/checklist: Tasks": "tasks",
    ":material/view_timeline: Timeline": "timeline",
    ":material/forum: Model calls": "model_calls",
    ":material/build: Tool calls": "tool_calls",
    ":material/receipt_long: Log": "log",
    ":material/folder: Files": "files",
    ":material/photo_camera: Inputs and snapshot": "snapshot",
}
"""Label of each tab, and the name of what it shows."""


def render(lab: Lab) -> None:
    """Draw the page for the execution that `?id=` names; it follows the execution while it is active."""
    execution_id = parameter("id")
    if execution_id is None:
        st.title("Execution")
        with empty_state("No execution chosen", "Open one from the list.", ":material/play_circle:"):
            link("executions", "Go to Executions", ":material/list_alt:")
        return
    try:
        execution = lab.execution(execution_id)
    except ExecutionNotFoundError as error:
        st.title("Execution")
        error_box(error)
        return
    has_definition = definition_exists(lab, execution)
    show_links(execution, has_definition=has_definition)
    show_title(execution)
    live(
        lambda: _show(lab, execution_id, has_definition=has_definition),
        is_active=execution.status.is_active,
    )


def _show(lab: Lab, execution_id: str, *, has_definition: bool) -> bool:
    """Draw everything that may change; return whether it still may."""
    execution = lab.execution(execution_id)
    show_status(execution)
    show_cassette(lab, execution)
    show_actions(lab, execution, has_definition=has_definition)
    if execution.error is not None:
        show_error(execution.error, reason=execution.reason)
    if execution.status.is_active:
        show_questions(lab, execution_id)
    show_totals(execution)
    _show_tabs(lab, execution)
    return execution.status.is_active


def _show_tabs(lab: Lab, execution: Execution) -> None:
    for tab, name in zip(st.tabs(list(TABS), key="execution.tabs", on_change="rerun"), TABS.values(), strict=True):
        if tab.open:
            with tab:
                _show_tab(lab, execution, name)


def _show_tab(lab: Lab, execution: Execution, name: str) -> None:
    if name == "output":
        _show_output(execution)
    elif name == "tasks":
        show_tasks(lab, execution)
    elif name == "timeline":
        _show_timeline(lab, execution)
    elif name == "snapshot":
        show_snapshot(execution, lab.knowledge_files() if execution.options.knowledge_files else ())
    else:
        show = {"model_calls": show_model_calls, "tool_calls": show_tool_calls, "log": show_log, "files": show_files}
        show[name](lab, execution.execution_id)


def _show_output(execution: Execution) -> None:
    show_output(
        execution.output,
        execution.output_json,
        key="execution.output",
        file_name=f"{execution.definition_name}_{execution.execution_id}.md",
        missing="No output yet." if execution.status.is_active else "It ended without an output.",
    )


def _show_timeline(lab: Lab, execution: Execution) -> None:
    scope: FrameScope = {"execution_ids": [execution.execution_id]}
    figure = figures.timeline(lab.tasks_df(**scope), lab.llm_calls_df(**scope), lab.tool_calls_df(**scope))
    if figure is None:
        st.caption("No task has started yet.")
    else:
        show_figure(figure, key="execution.timeline", alt="When each task, model call and tool call ran")
