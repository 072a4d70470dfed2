"""Where traces go, and whether they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.plain_text import escape

if TYPE_CHECKING:
    from crewlab.lab import Lab


def trace_numbers(lab: Lab) -> None:
    """Draw it."""
    st.subheader("Trace export")
    state = lab.trace_export()
    if not state.endpoint:
        st.caption("Off. `CREWLAB_OTLP_ENDPOINT` names an OpenTelemetry receiver that shall get traces of executions.")
        return
    st.caption(f"Attempts that are over go to {escape(state.endpoint)}.")
    numbers = {"Sent": state.sent, "Waiting": state.waiting, "Left out": state.dropped}
    for column, (label, value) in zip(st.columns(len(numbers)), numbers.items(), strict=True):
        column.metric(label, f"{value:,}")
    if state.problem:
        st.warning(escape(state.problem))
