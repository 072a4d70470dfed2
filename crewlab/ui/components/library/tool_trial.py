"""One call of a tool, made to see what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.errors import CrewLabError
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.plain_text import escape
from crewlab.ui.components.schema_form import read_fields, schema_fields
from crewlab.ui.state import remember, remembered

if TYPE_CHECKING:
    from crewlab.definitions.library.tool_catalogue import ToolSpec
    from crewlab.executions.tool_test import ToolTest
    from crewlab.lab import Lab


def tool_trial(lab: Lab, name: str, spec: ToolSpec, key: str) -> None:
    """The form of a call, and its result as text."""
    st.markdown("**Test call**")
    with st.form(key, border=True):
        schema_fields(spec.arguments, {}, key)
        asked = st.form_submit_button("Call it", icon=":material/play_arrow:")
    if asked:
        remember(f"{key}:found", _called(lab, name, spec, key))
    found = remembered(f"{key}:found")
    if isinstance(found, CrewLabError):
        error_box(found)
    elif found is not None:
        _show(found)


def _called(lab: Lab, name: str, spec: ToolSpec, key: str) -> ToolTest | CrewLabError:
    try:
        with st.spinner("Calling …"):
            return lab.test_tool(name, read_fields(spec.arguments, key))
    except CrewLabError as error:
        return error


def _show(found: ToolTest) -> None:
    if not found.ok:
        st.error(escape(f"{found.error} {found.hint}"), icon=":material/error:")
        return
    st.caption(f":material/check_circle: Answered in {found.latency_seconds:.2f} s")
    st.code(found.result or "(nothing)", language=None, wrap_lines=True)
