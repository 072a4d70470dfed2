"""One execution, live: where it is, what it produced, and everything that happened on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.analysis import figures
from crewlab.definitions.flows.conversation import is_conversation
from crewlab.errors import ExecutionNotFoundError
from crewlab.ui.components.chart import show_figure
from crewlab.ui.components.empty_state import empty_state
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.executions.cassette_line import show_cassette
from crewlab.ui.components.executions.child_view import show_breadcrumbs, show_children
from crewlab.ui.components.executions.conversation_view import show_conversation
from crewlab.ui.components.executions.error_view import show_error
from crewlab.ui.components.executions.files_view import show_files
from crewlab.ui.components.executions.flow_tree import in_lanes, step_paths
from crewlab.ui.components.executions.header import (
    definition_exists,
    noun_of,
    show_actions,
    show_links,
    show_status,
    show_title,
    show_totals,
)
from crewlab.ui.components.executions.log_view import show_log
from crewlab.ui.components.executions.model_call_view import show_model_calls
from crewlab.ui.components.executions.output_view import show_output
from crewlab.ui.components.executions.question_view import show_questions
from crewlab.ui.components.executions.snapshot_view import show_snapshot
from crewlab.ui.components.executions.state_view import show_state
from crewlab.ui.components.executions.step_view import show_steps
from crewlab.ui.components.executions.task_view import show_tasks
from crewlab.ui.components.executions.tool_call_view import show_tool_calls
from crewlab.ui.components.live import live
from crewlab.ui.links import keep_address, link
from crewlab.ui.state import parameter
from crewlab.ui.window import name_window

if TYPE_CHECKING:
    import pandas as pd

    from crewlab.analysis.columns import FrameScope
    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab

TABS = {
    ":material/article: Output": "output",
    ":material/checklist: Tasks": "tasks",
    ":material/account_tree: Steps": "steps",
    ":material/data_object: State": "state",
    ":material/lan: Child executions": "children",
    ":material/view_timeline: Timeline": "timeline",
    ":material/forum: Model calls": "model_calls",
    ":material/build: Tool calls": "tool_calls",
    ":material/receipt_long: Log": "log",
    ":material/folder: Files": "files",
    ":material/photo_camera: Inputs and snapshot": "snapshot",
}
"""Label of each tab, and the name of what it shows."""
OF_FLOWS, OF_CREWS = frozenset({"steps", "state", "children"}), frozenset({"tasks"})
"""The tabs that only one kind has."""
OF_EXECUTION: dict[str, Callable[[Lab, Execution], None]] = {
    "tasks": show_tasks,
    "steps": show_steps,
    "state": show_state,
    "children": show_children,
    "model_calls": show_model_calls,
    "tool_calls": show_tool_calls,
    "log": show_log,
}


def render(lab: Lab) -> None:
    """Draw the page for the execution that `?id=` names; it follows the execution while it is active."""
    keep_address("execution", "id")
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
    show_breadcrumbs(lab, execution)
    show_title(execution)
    name_window(execution.definition_name)
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
        show_error(execution.error, reason=execution.reason, part=noun_of(execution))
    if is_conversation(execution.document):
        show_conversation(lab, execution)
    if execution.status.is_active:
        show_questions(lab, execution)
    show_totals(execution)
    _show_tabs(lab, execution)
    return execution.status.is_active


def _show_tabs(lab: Lab, execution: Execution) -> None:
    left_out = OF_CREWS if execution.kind == "flow" else OF_FLOWS
    shown = {label: name for label, name in TABS.items() if name not in left_out}
    tabs = st.tabs(
        list(shown), key="execution.tabs.flow" if execution.kind == "flow" else "execution.tabs", on_change="rerun"
    )
    for tab, name in zip(tabs, shown.values(), strict=True):
        if tab.open:
            with tab:
                _show_tab(lab, execution, name)


def _show_tab(lab: Lab, execution: Execution, name: str) -> None:
    if name == "output":
        _show_output(execution)
    elif name in OF_EXECUTION:
        OF_EXECUTION[name](lab, execution)
    elif name == "timeline":
        _show_timeline(lab, execution)
    elif name == "snapshot":
        show_snapshot(execution, lab.knowledge_files() if execution.options.knowledge_files else ())
    else:
        show_files(lab, execution.execution_id)


def _show_output(execution: Execution) -> None:
    show_output(
        execution.output,
        execution.output_json,
        key="execution.output",
        file_name=f"{execution.definition_name}_{execution.execution_id}.md",
        missing="No output yet." if execution.status.is_active else "It ended without an output.",
    )


def _show_timeline(lab: Lab, execution: Execution) -> None:
    paths = step_paths(lab, execution)
    scope: FrameScope = {"execution_ids": list(paths)}
    lanes, models, tools = _lanes(lab, execution), lab.llm_calls_df(**scope), lab.tool_calls_df(**scope)
    if execution.kind == "flow":
        models, tools = in_lanes(models, paths, lanes), in_lanes(tools, paths, lanes)
    figure = figures.timeline(lanes, models, tools, lanes_are="Steps" if execution.kind == "flow" else "Tasks")
    if figure is None:
        st.caption("Nothing has started yet.")
    else:
        show_figure(figure, key="execution.timeline", alt="When each task or step, model call and tool call ran")


def _lanes(lab: Lab, execution: Execution) -> pd.DataFrame:
    """What has a lane of its own: the tasks of a crew, or the steps of a flow."""
    if execution.kind == "crew":
        return lab.tasks_df(execution_ids=[execution.execution_id])
    return lab.steps_df(execution_ids=[execution.execution_id]).rename(columns={"step": "task_name", "kind": "agent"})
