"""Why an execution or a task failed: what happened, what to do next, and the traceback for those who want it."""

from __future__ import annotations

import streamlit as st

from crewlab.executions.error_report import ErrorReport
from crewlab.ui.components.plain_text import escape

_LIMITS = {"timed_out": "The time limit was reached", "over_budget": "The budget was reached"}


def show_error(error: ErrorReport, *, reason: str | None = None, part: str = "task") -> None:
    """Draw an error report; `reason` is `timed_out` or `over_budget` when a limit ended the execution.

    `part` is what the place of the error is: a task of a crew, or a step of a flow.
    """
    title = _LIMITS.get(reason or "", error.title)
    is_said = not error.task_name or error.message.startswith(f"{part} {error.task_name}:")
    where = "" if is_said else f" in {part} *{escape(str(error.task_name))}*"
    lines = [f"**{escape(title)}**{where}. {escape(error.message)}"]
    if error.hint:
        lines.append(f":material/lightbulb: {escape(error.hint)}")
    st.error("\n\n".join(lines), icon=":material/error:")
    if error.traceback:
        with st.expander("Traceback", icon=":material/bug_report:"):
            st.code(error.traceback, language="text", wrap_lines=True)
