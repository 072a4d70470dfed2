"""Rows of a table that were chosen, wherever they are by now: Streamlit knows them by their places."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import streamlit as st

from crewlab.ui.state import note_drawn, on_screen, remember, remembered


def chosen_rows(event: Any) -> list[int]:
    """The places of chosen rows in what `st.dataframe(on_select=...)` returned, or what its key holds."""
    return [int(row) for row in event["selection"]["rows"]] if event else []


def keep_choice(key: str, names: Sequence[Hashable]) -> None:
    """Call it before the table with this key is drawn, whose rows have these names: what was chosen stays chosen.

    What a person has chosen since is what was at that place on their screen.
    """
    rows = chosen_rows(st.session_state.get(key))
    kept, chosen = remembered(f"{key}.chosen", ([], []))
    if rows != kept:
        screen = on_screen(key) or ()
        chosen = [screen[row] for row in rows if row < len(screen)]
    places = [names.index(name) for name in chosen if name in names]
    if places != rows:
        st.session_state[key] = {"selection": {"rows": places}}
    remember(f"{key}.chosen", (places, chosen))
    note_drawn(key, list(names))
