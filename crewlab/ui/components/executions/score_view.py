"""What a judge gave each task of a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.csv_button import csv_button
from crewlab.ui.components.rehearsal_label import rehearsal_badge

if TYPE_CHECKING:
    from crewlab.lab import Lab


def show_scores(lab: Lab, batch_id: str) -> None:
    """Draw the table of scores; nothing for a batch that nobody scores."""
    if lab.scores_df(batch_id=batch_id, limit=1).empty:
        return
    report = lab.quality_report(batch_id)
    with st.expander("Scores of each task", icon=":material/grade:", expanded=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("From 1 to 10, higher is better; one model's opinion.")
            if report.is_rehearsal:
                rehearsal_badge()
            csv_button(lambda: report.table.reset_index(), file_name=f"scores_{batch_id}.csv", key="scores.csv")
        st.dataframe(report.table, placeholder="–", key="scores.table", alt="Score of each task in each run")
        if report.missing:
            st.caption(f"{report.missing} outputs have no score (yet): the log of the execution says why.")
