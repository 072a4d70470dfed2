"""A button that acts and then leaves the page: its click counts once, and is not lost."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crewlab.ui.links import has_arrived, lead_on
from crewlab.ui.state import forget, remember, remembered


def act_button(label: str, *, key: str, disabled: bool = False, **options: Any) -> bool:
    """Draw the button; return whether to act now, and then `go`.

    A second click that comes before the page is seen to be left leads where the first one led. A click that another
    entry interrupts before the page is drawn as far as the button is kept for the run after it, on the same page.
    """
    asked = f"{key}.asked"
    st.button(label, key=key, disabled=disabled, on_click=remember, args=(asked, True), **options)
    if not remembered(asked):
        return False
    forget(asked)
    lead_on()
    return not disabled and not has_arrived()
