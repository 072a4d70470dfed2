"""A button that acts and then leaves the page: its click counts once, and is not lost."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crewlab.ui.links import has_arrived
from crewlab.ui.state import forget, remember, remembered

_ASKED = "act.asked"


def act_button(label: str, *, key: str, disabled: bool = False, **options: Any) -> bool:
    """Draw the button; return whether to act now, and then `go_once`.

    A click that another entry interrupts before the page is drawn as far as the button is kept for the run after it,
    on the same page. The key says what is acted on: a click that was meant for something else is dropped.
    """
    st.button(label, key=key, disabled=disabled, on_click=remember, args=(_ASKED, key), **options)
    asked = remembered(_ASKED)
    forget(_ASKED)
    return asked == key and not disabled and not has_arrived()
