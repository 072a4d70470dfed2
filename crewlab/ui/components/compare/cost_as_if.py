"""What the same tokens would cost with another model: an estimate, labelled, never added to real spend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.analysis import estimates
from crewlab.analysis.exports import NOTE_COLUMN, with_note
from crewlab.ui.components.csv_button import csv_button
from crewlab.ui.components.formats import money
from crewlab.ui.components.plain_text import escape
from crewlab.ui.components.table_columns import column_config, label_of

if TYPE_CHECKING:
    import pandas as pd

    from crewlab.lab import Lab

OFTEN_ASKED = (
    "gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "o4-mini", "claude-sonnet-4-20250514",
    "gemini/gemini-2.5-flash", "gemini/gemini-2.5-pro",
)  # fmt: skip


def show_cost_as_if(lab: Lab, frame: pd.DataFrame, *, key: str) -> None:
    """Draw a model selector and the estimate for the last row of `frame` (its total), with a table per row."""
    with st.expander("Cost as if another model had done it", icon=":material/calculate:"):
        models = [model for model in OFTEN_ASKED if lab.price(model) is not None]
        chosen = st.selectbox(
            "Model", models, index=None, key=key, accept_new_options=True, placeholder="Choose a model, or type one"
        )
        if chosen:
            _show_estimate(lab, frame, str(chosen), key)


def _show_estimate(lab: Lab, frame: pd.DataFrame, model: str, key: str) -> None:
    price = lab.price(model)
    if price is None:
        st.warning(f"The price table does not know {escape(model)}.", icon=":material/help:")
        return
    estimated = estimates.cost_as_if(frame, price)
    total = estimated["estimated_cost_usd"].iloc[-1]
    st.metric(
        f"Estimated cost with {escape(model)}", money(float(total)).replace("$", "\\$") if total == total else "unknown"
    )
    st.caption(
        "An estimate: the same number of tokens at today's price. Another model would use other numbers of tokens. "
        "It is never added to real spend."
    )
    columns = ["task_name", "input_tokens", "output_tokens", "cached_tokens", "estimated_cost_usd", "estimated_as"]
    table = with_note(estimated).dropna(axis="columns", how="all")
    table = table[[name for name in (*columns, NOTE_COLUMN) if name in table]]
    st.dataframe(
        table,
        hide_index=True,
        placeholder="–",
        alt="Estimated cost per task",
        column_config={
            **column_config("tasks", [name for name in columns if name in table and not name.startswith("estimated")]),
            "estimated_cost_usd": st.column_config.NumberColumn(label_of("estimated_cost_usd"), format="$%.6f"),
            "estimated_as": st.column_config.TextColumn("As if by"),
            NOTE_COLUMN: st.column_config.TextColumn("Note"),
        },
    )
    csv_button(lambda: table, file_name="estimated_cost.csv", key=f"{key}.csv")
