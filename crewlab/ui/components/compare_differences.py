"""What differs between the things compared, before any number: definition, inputs and model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.ui.components.csv_button import csv_button
from crewlab.ui.components.plain_text import escape
from crewlab.ui.components.rehearsal_label import rehearsal_badge

if TYPE_CHECKING:
    import pandas as pd


def show_caveats(comparison: Any) -> None:
    """Rehearsal label, warnings, and what can be concluded at all."""
    if comparison.is_rehearsal:
        rehearsal_badge()
    for warning in comparison.warnings:
        st.warning(escape(warning), icon=":material/warning:")
    if comparison.caveat:
        st.caption(escape(comparison.caveat))


def show_differences(parts: dict[str, pd.DataFrame], *, is_rehearsal: bool) -> None:
    """Draw one table per part that differs; name the parts that do not."""
    st.subheader("What differs")
    same = [name.lower() for name, frame in parts.items() if frame.empty]
    if same:
        st.markdown(f":green-badge[:material/equal: the same] {', '.join(same)}")
    for name, frame in parts.items():
        if not frame.empty:
            show_part(name, frame, key=f"compare.{name.lower()}", is_rehearsal=is_rehearsal)


def show_part(title: str, frame: pd.DataFrame, *, key: str, is_rehearsal: bool, **config: Any) -> None:
    """A titled table with its CSV."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{title}**", width="content")
        csv_button(
            lambda: frame,
            file_name=f"{title.lower().replace(' ', '_')}.csv",
            key=f"{key}.csv",
            is_rehearsal=is_rehearsal or None,
        )
    st.dataframe(frame, hide_index=True, alt=title, key=key, column_config=config or None)
