"""A frame of the lab as an interactive table, with rows that can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from crewlab.analysis.exports import NOTE_COLUMN, with_note
from crewlab.ui.components.row_choice import chosen_rows, keep_choice
from crewlab.ui.components.table_columns import column_config

if TYPE_CHECKING:
    import pandas as pd

    from crewlab.analysis.columns import FrameName

Choice = Literal["none", "one", "many"]


def show_table(
    frame: pd.DataFrame,
    name: FrameName,
    columns: Sequence[str],
    *,
    alt: str,
    key: str | None = None,
    choice: Choice = "none",
    keep: Sequence[str] = (),
    named_by: Sequence[str] = (),
    height: Literal["auto", "content"] | int = "auto",
) -> list[int]:
    """Draw those `columns` of `frame` of which anything is known, and those to `keep` in any case.

    Rows of the rehearsal model say so in a last column, which also goes along when cells are copied.
    Returns the positions of the chosen rows: none unless `choice` allows a choice. Those that are chosen stay so while
    others come before them, when the columns `named_by` tell the rows apart.
    """
    frame = with_note(frame)
    columns = [
        name for name in (*columns, NOTE_COLUMN) if name in keep or (name in frame and frame[name].notna().any())
    ]
    shown = frame[columns]
    if "status" in columns:
        shown = shown.assign(status=badges(shown["status"]))
    looks = column_config(name, columns)
    if choice == "none":
        st.dataframe(shown, hide_index=True, column_config=looks, alt=alt, key=key, height=height, placeholder="–")
        return []
    if key and named_by:
        keep_choice(key, list(frame[list(named_by)].itertuples(index=False, name=None)))
    mode: Literal["single-row", "multi-row"] = "single-row" if choice == "one" else "multi-row"
    event = st.dataframe(
        shown,
        hide_index=True,
        placeholder="–",
        column_config=looks,
        alt=alt,
        key=key,
        height=height,
        on_select="rerun",
        selection_mode=mode,
    )
    return [row for row in chosen_rows(event) if row < len(frame)]


def badges(statuses: pd.Series[Any]) -> Any:
    """Statuses as the lists that `status_column` draws; a missing one is an empty list."""
    import pandas as pd

    return pd.Series([[status] if status else [] for status in statuses.fillna("")], statuses.index, dtype=object)
