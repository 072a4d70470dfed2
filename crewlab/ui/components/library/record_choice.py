"""The list above a form: which record it shows, or a new one."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from crewlab.errors import RecordError
from crewlab.ui.state import begin_anew, numbered, remember, remembered


def choose_record(key: str, new: str, names: Collection[str]) -> str | None:
    """Draw the list, unless there are none; returns the chosen one's name, `None` for a new one, which `new` offers.

    `show_record` chooses another one, which no choice overrides that the browser still has from before.
    """
    if not names:
        return None
    options, shown = [new, *names], remembered(f"{key}.shown", new)
    index = options.index(shown) if shown in options else 0
    chosen = st.selectbox("Edit or test", options, index, key=numbered(f"{key}.chosen"))
    return None if chosen == new else chosen


def show_record(key: str, name: str | None) -> None:
    """Choose this record from the next run on; `None` is a new one."""
    remember(f"{key}.shown", name)
    begin_anew(f"{key}.chosen")


def require_free(name: str, names: Collection[str]) -> None:
    """Raises `RecordError` where a new one would take the place of one that is there."""
    if name in names:
        raise RecordError(f"There is already {name!r}.", "Choose it under *Edit or test* to change it.")


def is_drawn(form: str) -> bool:
    """For the callback of a form: whether it is on the page. Who clicks twice may send one that was replaced."""
    return f"{form}.name" in st.session_state
