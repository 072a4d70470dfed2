"""The state of a flow: what it was after each write, and which step wrote what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.ui.components.csv_button import csv_button
from crewlab.ui.components.data_table import show_table
from crewlab.ui.components.plain_text import escape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewlab.executions.execution import Execution
    from crewlab.executions.steps import StateWrite
    from crewlab.lab import Lab

COLUMNS = ("occurred_at", "step", "field", "value_before", "value_after")


def show_state(lab: Lab, execution: Execution) -> None:
    """Draw every write, and the state after the chosen one (the last at the start)."""
    writes = lab.state_changes(execution.execution_id)
    if not writes:
        st.caption("No step has written into the state. This is what the flow was launched with.")
        st.json(execution.inputs, expanded=2)
        return
    frame = lab.state_changes_df(execution_ids=[execution.execution_id])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Choose a row to see the state as it was after that write; without one, it is as it is now.")
        csv_button(lambda: frame, file_name=f"state_{execution.execution_id}.csv", key="state.csv")
    chosen = show_table(
        frame,
        "state_changes",
        ("attempt", *COLUMNS) if frame["attempt"].nunique() > 1 else COLUMNS,
        alt="What the steps wrote into the state, oldest first",
        key="state.table",
        choice="one",
        height="content" if len(frame) <= 12 else 460,
    )
    _show_after(execution.inputs, writes, chosen[0] if chosen else None)


def state_after(initial: Mapping[str, Any], writes: Sequence[StateWrite]) -> dict[str, Any]:
    """The state once these writes are made."""
    return {**initial, **{write.field: write.after for write in writes}}


def _show_after(initial: Mapping[str, Any], writes: Sequence[StateWrite], row: int | None) -> None:
    if row is None or row >= len(writes):
        st.markdown("**The state now**")
        st.json(state_after(initial, writes), expanded=2)
        return
    write = writes[row]
    st.markdown(f"**The state after {escape(write.step)} wrote {escape(write.field)}**")
    st.json(state_after(initial, writes[: row + 1]), expanded=2)
