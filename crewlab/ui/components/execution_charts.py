"""Duration and cost of the executions in view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.analysis import figures

if TYPE_CHECKING:
    from crewlab.lab import Lab


def show_charts(lab: Lab, execution_ids: Sequence[str]) -> None:
    """Draw both charts for the executions of the current page of the list."""
    frame = lab.executions_df(execution_ids=list(execution_ids))
    left, right = st.columns(2)
    with left:
        _chart(figures.duration_chart(frame), "Duration", "None of these executions has run yet.")
    with right:
        _chart(figures.cost_chart(frame), "Cost", "No cost is known: rehearsal calls have none.")


def _chart(figure: Any, name: str, empty: str) -> None:
    if figure is None:
        st.caption(f"{name}: {empty[0].lower()}{empty[1:]}")
    else:
        st.plotly_chart(figure, key=f"executions.{name.lower()}", alt=f"{name} of the executions in view")
