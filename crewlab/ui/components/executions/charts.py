"""Duration and cost of the executions in view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.analysis import figures
from crewlab.ui.components.chart import show_figure

if TYPE_CHECKING:
    from crewlab.lab import Lab


_MISSING = {
    "Duration": "No duration to draw: none of these executions has run yet.",
    "Cost": "No cost to draw: none is known. Rehearsal calls have none.",
}


def show_charts(lab: Lab, execution_ids: Sequence[str]) -> None:
    """Draw both charts for the executions of the current page of the list, in its order."""
    ids = list(execution_ids)
    frame = lab.executions_df(execution_ids=ids).set_index("execution_id", drop=False).loc[ids]
    charts = {"Duration": figures.duration_chart(frame), "Cost": figures.cost_chart(frame)}
    drawn = {name: figure for name, figure in charts.items() if figure is not None}
    for name in charts.keys() - drawn.keys():
        st.caption(_MISSING[name])
    if drawn:
        with st.grid(len(drawn), min_column_width=380):
            for name, figure in drawn.items():
                show_figure(figure, key=f"executions.{name.lower()}", alt=f"{name} of the executions in view")
