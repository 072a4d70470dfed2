"""An error that a person can act on: what happened, and what to do."""

from __future__ import annotations

import streamlit as st

from crewlab.errors import CrewLabError
from crewlab.ui.components.plain_text import escape


def error_box(error: CrewLabError) -> None:
    """Show title, message and hint of `error`; every `.problems` it carries is listed."""
    lines = [f"**{escape(error.title)}.** {escape(error.message)}"]
    if error.hint:
        lines.append(escape(error.hint))
    st.error("\n\n".join(lines), icon=":material/error:")
    for problem in getattr(error, "problems", ())[:20]:
        st.markdown(f"- {escape(problem.where)}: {escape(problem.what)} {escape(problem.hint)}")
