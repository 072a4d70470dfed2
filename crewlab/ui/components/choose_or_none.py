"""A list to choose one of, or nothing, that shows its choice even when the browser has dropped what it held."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st


def choose_or_none(
    label: str,
    choices: Sequence[str],
    current: str | None,
    *,
    key: str,
    placeholder: str = "Choose one",
    format_func: Callable[[str], str] = str,
    **options: Any,
) -> str | None:
    """Draw the list; returns the choice. Set `current` with `show_value` before.

    Streamlit's own list can be emptied only when nothing is its default. So that it can have `current` as its default
    (`show_value` says why), nothing is one of its choices: the first, called as the placeholder is.
    """
    if current is None:
        return st.selectbox(
            label, choices, index=None, key=key, placeholder=placeholder, format_func=format_func, **options
        )
    offered: list[str | None] = [None, *choices]

    def title(choice: str | None) -> str:
        return f"({placeholder})" if choice is None else format_func(choice)

    return st.selectbox(label, offered, offered.index(current), key=key, format_func=title, **options)
