"""What differs between the things compared, before any number: definition, inputs and model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from crewlab.analysis.exports import with_note
from crewlab.ui.components.compare.readable_values import number, place, value
from crewlab.ui.components.csv_button import csv_button
from crewlab.ui.components.data_table import badges
from crewlab.ui.components.formats import plural
from crewlab.ui.components.plain_text import escape
from crewlab.ui.components.rehearsal_label import rehearsal_badge
from crewlab.ui.components.table_columns import label_of, status_column

if TYPE_CHECKING:
    import pandas as pd


SHORT = 12
"""Rows up to which a table of differences is not folded."""
LONG = 25
"""Rows up to which a table is shown whole, without scrolling in it."""
HEADINGS = {
    "kind": "Change",
    "direction": "Better is",
    "baseline_median": "Median before",
    "median_delta": "Median difference",
    "baseline_status": "Status before",
}
STATUSES = ("status", "baseline_status")
_OF_ONE: dict[str, Callable[[str], bool]] = {
    "Δ": lambda name: name.startswith("Δ "),
    "Δ %": lambda name: name.startswith("Δ% "),
    "Change": lambda name: name.endswith(": change"),
    "Presence": lambda name: name.endswith(": task"),
}
"""Short headings of columns that the analysis names after one execution."""
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
            _show_difference(name, frame, is_rehearsal=is_rehearsal)


def _show_difference(name: str, frame: pd.DataFrame, *, is_rehearsal: bool) -> None:
    """A short table at once; a long one folded, so that the charts stay in sight."""
    frame, key = by_label(frame), f"compare.{name.lower()}"
    if len(frame) <= SHORT:
        show_part(name, frame, key=key, is_rehearsal=is_rehearsal)
        return
    rest = st.expander(
        f"{name}: {plural(len(frame), 'row')}", icon=":material/table:", key=f"{key}.more", on_change="rerun"
    )
    if rest.open:
        with rest:
            show_part(name, frame, key=key, is_rehearsal=is_rehearsal)


def by_label(frame: pd.DataFrame) -> pd.DataFrame:
    """A long table (`label`, `value`) with one row per execution and one column for each thing that differs."""
    if "label" not in frame or "value" not in frame:
        return frame
    what = next(name for name in frame.columns if name not in ("label", "value"))
    wide = frame.pivot(index="label", columns=what, values="value")
    wide = wide.loc[frame["label"].drop_duplicates(), frame[what].drop_duplicates()]
    return wide.rename_axis(columns=None).reset_index()


def show_part(title: str, frame: pd.DataFrame, *, key: str, is_rehearsal: bool) -> None:
    """A titled table with its CSV."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{title}**", width="content")
        csv_button(
            lambda: frame,
            file_name=f"{title.lower().replace(' ', '_')}.csv",
            key=f"{key}.csv",
            is_rehearsal=is_rehearsal or None,
        )
    shown = with_note(readable(frame), is_rehearsal=is_rehearsal or None)
    shown = with_badges(shown)
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
        for name in [name for name in shown if shown[name].dtype == "float64" and not _is_percent(str(name))]:
            shown[name] = [number(figure, signed=_is_delta(str(name))) for figure in shown[name]]
    return _readable_texts(shown)


def _readable_texts(shown: pd.DataFrame) -> pd.DataFrame:
    """Places and settings in words; what somebody typed as an input stays as it is."""
    shown = shown.copy()
    for where in ("path", "setting"):
        if where in shown:
            for name in shown.columns.difference(["kind", "labels", "label"]):
                shown[name] = shown[name].map(place if name == where else value)
    return shown


def with_badges(shown: pd.DataFrame) -> pd.DataFrame:
    """The table with its statuses as the lists that their coloured column draws."""
    columns = [name for name in STATUSES if name in shown]
    return shown.assign(**{name: badges(shown[name]) for name in columns})


def _is_percent(name: str) -> bool:
    return "%" in name or name.endswith("_percent")


def _is_delta(name: str) -> bool:
    return name.startswith("Δ") or name.endswith("delta")


def looks_of(frame: pd.DataFrame) -> dict[str, Any]:
    """Headings and number formats for a table of the comparison."""
    headings = short_headings([str(name) for name in frame.columns])
    return {name: _look_of(str(name), headings, frame[name], has_metrics="metric" in frame) for name in frame.columns}


def short_headings(names: Sequence[str]) -> dict[str, str]:
    """Headings of what only one execution is compared with: `Δ% B · v1` is `Δ %` where nothing else has a `Δ%`."""
    found: dict[str, str] = {}
    for heading, is_of in _OF_ONE.items():
        of = [name for name in names if is_of(name)]
        found |= {of[0]: heading} if len(of) == 1 else {}
    return found


def is_figure(values: pd.Series[Any]) -> bool:
    """Whether a column of texts holds nothing but numbers."""
    known = values.dropna().astype(str)
    return len(known) > 0 and bool(known.str.fullmatch(r"[+-]?[\d,]+(\.\d+)?").all())


def heading_of(name: str) -> str:
    """`duration_seconds_delta` is `Δ Duration`; labels of executions stay as they are."""
    if name in HEADINGS or not name.islower():
        return HEADINGS.get(name, name)
    if name.endswith("_delta"):
        return f"Δ {label_of(name.removesuffix('_delta'))}"
    if name.endswith("_baseline"):
        return f"{label_of(name.removesuffix('_baseline'))} before"
    return label_of(name)


def _look_of(name: str, headings: dict[str, str], values: pd.Series[Any], *, has_metrics: bool) -> Any:
    heading, dtype = headings.get(name) or heading_of(name), str(values.dtype)
    if _is_percent(name):
        return st.column_config.NumberColumn(heading, format="%+.1f %%")
    if name in STATUSES:
        return status_column(heading)
    if dtype == "Int64" or (dtype == "float64" and values.abs().max() >= 1000):
        return st.column_config.NumberColumn(heading, format="localized")
    if dtype == "float64":
        return st.column_config.NumberColumn(heading, format="%.4g")
    if has_metrics and is_figure(values):
        return st.column_config.TextColumn(heading, alignment="right")
    return st.column_config.Column(heading, width="medium" if name in WORDY else None)
