"""The tool calls of an execution: a table, and one call with its arguments and result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.ui.components.cells import cell, json_cell
from crewlab.ui.components.csv_button import csv_button
from crewlab.ui.components.data_table import show_table
from crewlab.ui.components.executions.flow_tree import step_paths, with_steps
from crewlab.ui.components.executions.output_view import show_text
from crewlab.ui.components.plain_text import escape

if TYPE_CHECKING:
    import pandas as pd

    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab

COLUMNS = (
    "started_at",
    "task_name",
    "agent",
    "tool",
    "status",
    "duration_seconds",
    "from_cache",
    "arguments",
    "result",
)


def show_tool_calls(lab: Lab, execution: Execution) -> None:
    """Draw the table of calls, and the chosen one (the first at the start) in full.

    Those of a flow are the calls of everything that it ran.
    """
    paths = step_paths(lab, execution)
    calls = lab.tool_calls_df(execution_ids=list(paths))
    calls = with_steps(calls, paths) if execution.kind == "flow" else calls
    if calls.empty:
        st.caption("No tool was called.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Choose a row to read the whole call.")
        csv_button(lambda: calls, file_name=f"tool_calls_{execution.execution_id}.csv", key="tools.csv")
    columns = (COLUMNS[0], "step", *COLUMNS[1:])
    rows = show_table(
        calls, "tool_calls", columns, alt="Tool calls of this execution", key="tools.table", choice="one",
        named_by=["execution_id", "call_id"],
    )  # fmt: skip
    _show_call(calls.iloc[rows[0] if rows else 0], (rows[0] if rows else 0) + 1, len(calls))


def _show_call(call: pd.Series[Any], number: int, total: int) -> None:
    with st.container(border=True, key="tools.detail"):
        st.markdown(f"**Call {number} of {total}** · {escape(str(cell(call, 'tool')))}")
        if message := cell(call, "error_message"):
            st.error(escape(message), icon=":material/error:")
        st.caption("Arguments")
        arguments = json_cell(call, "arguments")
        if isinstance(arguments, dict | list):
            st.json(arguments)
        else:
            show_text(str(arguments if arguments is not None else "(none)"))
        st.caption("Result")
        show_text(cell(call, "result") or "(none)")
