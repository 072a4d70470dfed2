"""The model calls of an execution: a table, and one call in full."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.ui.components.cells import cell, json_cell
from crewlab.ui.components.csv_button import csv_button
from crewlab.ui.components.data_table import show_table
from crewlab.ui.components.executions.flow_tree import step_paths, with_steps
from crewlab.ui.components.executions.output_view import show_text
from crewlab.ui.components.formats import duration, money, tokens, whole
from crewlab.ui.components.plain_text import escape

if TYPE_CHECKING:
    import pandas as pd

    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab

COLUMNS = (
    "started_at", "task_name", "agent", "purpose", "model", "status", "duration_seconds", "input_tokens",
    "output_tokens", "cached_tokens", "reasoning_tokens", "cost_usd", "retries", "finish_reason",
)  # fmt: skip


def show_model_calls(lab: Lab, execution: Execution) -> None:
    """Draw the table of calls, and the chosen one (the first at the start) with messages, answer and usage.

    Those of a flow are the calls of everything that it ran.
    """
    paths = step_paths(lab, execution)
    calls = lab.llm_calls_df(execution_ids=list(paths))
    calls = with_steps(calls, paths) if execution.kind == "flow" else calls
    if calls.empty:
        st.caption("No model call has ended yet.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Choose a row to read the whole call. A call without a task served a manager or planning.")
        csv_button(lambda: calls, file_name=f"model_calls_{execution.execution_id}.csv", key="calls.csv")
    columns = (COLUMNS[0], "step", *COLUMNS[1:])
    rows = show_table(
        calls, "model_calls", columns, alt="Model calls of this execution", key="calls.table", choice="one",
        named_by=["execution_id", "call_id"],
    )  # fmt: skip
    _show_call(calls.iloc[rows[0] if rows else 0], (rows[0] if rows else 0) + 1, len(calls))


def _show_call(call: pd.Series[Any], number: int, total: int) -> None:
    with st.container(border=True, key="calls.detail"):
        st.markdown(f"**Call {number} of {total}** · {escape(str(cell(call, 'model')))}")
        st.caption(_summary(call))
        if message := cell(call, "error_message"):
            st.error(escape(message), icon=":material/error:")
        messages, answer, parameters = st.tabs(["Messages", "Answer", "Parameters and usage"])
        with messages:
            _show_messages(json_cell(call, "messages") or [])
        with answer:
            _show_answer(call)
        with parameters:
            _show_parameters(call)


def _summary(call: pd.Series[Any]) -> str:
    step, task = cell(call, "step"), cell(call, "task_name")
    parts = [
        *([f"step {escape(step)}"] if step else []),
        *([f"task {escape(task)}"] if task else [] if step else ["no task"]),
        escape(cell(call, "agent") or "no agent"),
        f"purpose: {cell(call, 'purpose')}",
        duration(cell(call, "duration_seconds")),
        tokens(cell(call, "input_tokens"), cell(call, "output_tokens")),
    ]
    return " · ".join(parts)


def _show_messages(messages: list[dict[str, Any]]) -> None:
    if not messages:
        st.caption("No messages were kept.")
    for message in messages:
        role = str(message.get("role", "?"))
        st.markdown(f":gray-badge[{escape(role)}]")
        show_text(message_text(message))


def _show_answer(call: pd.Series[Any]) -> None:
    answer = cell(call, "response")
    if answer is None:
        st.caption("No answer.")
    else:
        show_text(answer)


def _show_parameters(call: pd.Series[Any]) -> None:
    usage = {name: whole(cell(call, name)) for name in ("input_tokens", "output_tokens", "cached_tokens")}
    usage |= {"reasoning_tokens": whole(cell(call, "reasoning_tokens")), "cost": money(cell(call, "cost_usd"))}
    st.table(
        {name.replace("_", " ").capitalize(): escape(value) for name, value in usage.items()},
        border="horizontal",
        width="content",
    )
    for title, name in (("Parameters", "parameters"), ("Tools offered", "tools"), ("Price used", "price")):
        value = json_cell(call, name)
        if value:
            st.caption(title)
            st.json(value, expanded=True)


def message_text(message: dict[str, Any]) -> str:
    """A message as plain text: its content, the parts of it, and the tools it asks for."""
    content = message.get("content")
    if isinstance(content, list):
        content = "\n".join(str(part.get("text", part)) if isinstance(part, dict) else str(part) for part in content)
    calls = message.get("tool_calls")
    asked = f"\n\n{json.dumps(calls, indent=2, ensure_ascii=False)}" if calls else ""
    return f"{content or ''}{asked}".strip() or "(empty)"
