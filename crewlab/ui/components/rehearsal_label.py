"""The label that everything from the rehearsal model carries."""

from __future__ import annotations

import streamlit as st

REHEARSAL = "rehearsal: not evidence"
_HELP = "Made by the offline rehearsal model. It shows how a crew runs, not what a real model would answer."


def rehearsal_markdown() -> str:
    """The label as a badge inside Markdown."""
    return f":orange-badge[:material/theater_comedy: {REHEARSAL}]".replace("rehearsal: ", "rehearsal\\: ")


def rehearsal_badge() -> None:
    """Draw the label."""
    st.badge(REHEARSAL, icon=":material/theater_comedy:", color="orange", help=_HELP)
