"""A list that does something with what is chosen, and then offers the choice anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from crewlab.ui.state import begin_anew, numbered
from crewlab.ui.toasts import attempt


def act_on_choice(
    label: str, choices: Sequence[str], act: Callable[[str], object], *, key: str, placeholder: str, **options: Any
) -> None:
    """Draw the list; `act` is called once with each choice, and may raise a `CrewLabError`, which becomes a message.

    After each choice another list is drawn, with a key of its own. Were the same one emptied, a browser that has not
    heard of it yet would send the choice once more with whatever is done next.
    """
    name = numbered(key)
    st.selectbox(
        label,
        choices,
        index=None,
        key=name,
        placeholder=placeholder,
        label_visibility="collapsed",
        on_change=_act,
        args=(key, name, act),
        **options,
    )


def _act(key: str, name: str, act: Callable[[str], object]) -> None:
    chosen = st.session_state.get(name)
    if chosen is None or name != numbered(key):
        return
    begin_anew(key)
    attempt(lambda: act(chosen))
