"""The executions that a table gives: a preview, and what to do about rows with errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from crewlab.ui.components.cells import as_text
from crewlab.ui.components.formats import plural
from crewlab.ui.components.launch.plan import LaunchPlan

PREVIEWED_ROWS = 200


def show_rows(rows: Sequence[tuple[int, Sequence[str], Mapping[str, Any]]]) -> None:
    """Draw number, errors and inputs of each row; those with errors come first."""
    import pandas as pd

    broken = [row for row in rows if row[1]]
    shown = (broken + [row for row in rows if not row[1]])[:PREVIEWED_ROWS]
    frame = pd.DataFrame(
        [{"row": number, "error": "; ".join(errors), **_cells(inputs)} for number, errors, inputs in shown]
    )
    if not broken and len(frame):
        frame = frame.drop(columns="error")
    st.dataframe(
        frame,
        hide_index=True,
        height=260 if len(frame) > 6 else "content",
        alt="The inputs of each execution",
        column_config={
            "row": st.column_config.NumberColumn("Row", width=60, pinned=True),
            "error": st.column_config.TextColumn("Error", width="large"),
        },
    )
    if len(rows) > len(shown):
        st.caption(f"The first {len(shown)} of {len(rows):,} rows; rows with errors come first.")


def _cells(inputs: Mapping[str, Any]) -> dict[str, str]:
    return {name: as_text(value) for name, value in inputs.items()}


def plan_of(rows: Sequence[tuple[dict[str, Any], Sequence[str]]], *, key: str) -> LaunchPlan:
    """What would run: the rows without errors, once a person has agreed to leave out the others."""
    good = [inputs for inputs, errors in rows if not errors]
    broken = len(rows) - len(good)
    blocked = "" if good else "No row can run."
    if broken and good:
        what = plural(broken, "row has an error", "rows have errors")
        st.warning(f"{what}; the table says why.", icon=":material/rule:")
        if not st.checkbox(
            f"Leave out {plural(broken, 'row')} and run {plural(len(good), 'row')}", key=f"{key}.leave_out"
        ):
            blocked = "Correct the rows with errors, or leave them out."
    return LaunchPlan(rows=good, batch_name="", blocked=blocked)
