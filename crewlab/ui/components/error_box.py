"""An error that a person can act on: what happened, and what to do."""

from __future__ import annotations

import streamlit as st

from crewlab.errors import CrewLabError, ExecutionNotFoundError
from crewlab.ui.components.plain_text import escape
from crewlab.ui.links import PAGES


def error_box(error: CrewLabError) -> None:
    """Show title, message and hint of `error`; every `.problems` it carries is listed."""
    lines = [f"**{escape(error.title)}.** {_with_code(error.message)}"]
    is_dead_link = isinstance(error, ExecutionNotFoundError)  # its hint is a command, for a terminal
    if error.hint and not is_dead_link:
        lines.append(_with_code(error.hint))
    st.error("\n\n".join(lines), icon=":material/error:")
    if is_dead_link:
        st.page_link(PAGES["executions"], label="All executions", icon=":material/list_alt:")
    for problem in getattr(error, "problems", ())[:20]:
        st.markdown(f"- {escape(problem.where)}: {escape(problem.what)} {escape(problem.hint)}")


def _with_code(text: str) -> str:
    """Text as typed, but for `code` in it, which our messages use for commands and variables."""
    parts = " ".join(text.split()).split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return "`".join(part if number % 2 else _escape_part(part) for number, part in enumerate(parts))


def _escape_part(part: str) -> str:
    """Escape and keep the spaces at both ends, which stand between words and code."""
    return f"{part[: len(part) - len(part.lstrip())]}{escape(part)}{part[len(part.rstrip()) :] if part.strip() else ''}"
