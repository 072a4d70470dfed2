"""What differs between the things compared, before any number: definition, inputs and model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from crewlab.analysis.exports import with_note
from crewlab.ui.components.csv_button import csv_button
from crewlab.ui.components.plain_text import escape
from crewlab.ui.components.rehearsal_label import rehearsal_badge
from crewlab.ui.components.table_columns import label_of

if TYPE_CHECKING:
    import pandas as pd


LONG = 25
"""Rows up to which a table is shown whole, without scrolling in it."""
HEADINGS = {
    "kind": "Change",
    "direction": "Better is",
    "baseline_median": "Median before",
    "median_delta": "Difference",
}
WORDY = ("before", "after", "output", "inputs", "statement")


def show_caveats(comparison: Any) -> None:
    """Rehearsal label, warnings, and what can be concluded at all."""
    if comparison.is_rehearsal:
        rehearsal_badge()
    elif comparison.caveat:
        st.caption(escape(comparison.caveat))
    if comparison.warnings:
        st.warning("\n\n".join(escape(warning) for warning in comparison.warnings), icon=":material/warning:")


def show_differences(parts: dict[str, pd.DataFrame], *, is_rehearsal: bool) -> None:
    """Draw one table per part that differs; name the parts that do not."""
    st.subheader("What differs")
    same = [name.lower() for name, frame in parts.items() if frame.empty]
    if same:
        st.markdown(f":green-badge[:material/equal: the same] {', '.join(same)}")
    for name, frame in parts.items():
        if not frame.empty:
            show_part(name, frame, key=f"compare.{name.lower()}", is_rehearsal=is_rehearsal)


def show_part(title: str, frame: pd.DataFrame, *, key: str, is_rehearsal: bool) -> None:
    """A titled table with its CSV."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{title}**", width="content")
        csv_button(
            lambda: frame,
            file_name=f"{title.lower().replace(' ', '_')}.csv",
            key=f"{key}.csv",
            is_rehearsal=is_rehearsal or None,
        )
    shown = with_note(readable(frame), is_rehearsal=is_rehearsal or None)
    height: Literal["content", "auto"] = "content" if len(shown) <= LONG else "auto"
    st.dataframe(
        shown, hide_index=True, placeholder="–", alt=title, key=key, column_config=looks_of(shown), height=height
    )


def readable(frame: pd.DataFrame) -> pd.DataFrame:
    """The table without columns that say nothing: all missing, or one label for all rows."""
    shown = frame.dropna(axis="columns", how="all")
    alike = [name for name in ("labels", "label") if name in shown and shown[name].nunique() == 1 and len(shown) > 1]
    shown = shown.drop(columns=[*alike, *(name for name in ("batch_id", "input_hash") if name in shown)])
    if "statement" in shown:
        shown = shown[["metric", "statement", *(name for name in shown if name not in ("metric", "statement"))]]
    if "metric" in shown:
        shown = shown.assign(metric=[label_of(name) for name in shown["metric"]])
    return shown


def looks_of(frame: pd.DataFrame) -> dict[str, Any]:
    """Headings and number formats for a table of the comparison."""
    return {name: _look_of(str(name), frame[name].dtype == "float64") for name in frame.columns}


def heading_of(name: str) -> str:
    """`duration_seconds_delta` is `Δ Duration`; labels of executions stay as they are."""
    if name in HEADINGS or not name.islower():
        return HEADINGS.get(name, name)
    if name.endswith("_delta"):
        return f"Δ {label_of(name.removesuffix('_delta'))}"
    if name.endswith("_baseline"):
        return f"{label_of(name.removesuffix('_baseline'))} before"
    return label_of(name)


def _look_of(name: str, is_number: bool) -> Any:
    heading = heading_of(name)
    if "%" in name or name.endswith("_percent"):
        return st.column_config.NumberColumn(heading, format="%+.1f %%", width="small")
    if is_number:
        return st.column_config.NumberColumn(heading, format="%.4g")
    return st.column_config.Column(heading, width="medium" if name in WORDY else None)
