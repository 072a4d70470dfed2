"""A choice of forms on *Launch*, each of which has widgets of its own."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from crewlab.ui.state import remembered


def choose_form(label: str, forms: Sequence[str], *, key: str) -> str:
    """Draw the choice; the first at the start. It stays while something else is looked at on the page."""
    chosen: str | None = st.segmented_control(
        label, forms, default=remembered(key, forms[0]), required=True, key=key, persist_state="page"
    )
    return chosen or forms[0]
