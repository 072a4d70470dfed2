"""A button that adds something: one more, however fast it is clicked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from crewlab.ui.state import is_repeated
from crewlab.ui.toasts import attempt


def add_button(
    label: str, add: Callable[[], object], *, key: str, icon: str = ":material/add:", **options: Any
) -> None:
    """Draw the button; a click calls `add`, which may raise a `CrewLabError`, and what was added is drawn.

    A second click that comes before that is on the screen, such as that of a double click, adds nothing.
    """
    st.button(label, icon=icon, key=key, on_click=_add, args=(key, add), **options)


def _add(key: str, add: Callable[[], object]) -> None:
    if not is_repeated(key):
        attempt(add)
