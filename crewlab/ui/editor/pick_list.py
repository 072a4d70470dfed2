"""The list at the left of a form: one of several things, chosen with mouse or arrow keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from crewlab.ui.components.add_button import add_button
from crewlab.ui.state import is_entered, remember, remembered, show_value
from crewlab.ui.toasts import attempt

_LONG, _HEIGHT = 14, 640


def pick_list(key: str, label: str, names: Sequence[str], captions: Sequence[str]) -> int:
    """Draw the list; returns the index of the chosen one. `choose` changes it from a callback.

    A long list has a scroll bar of its own, so that the form beside it stays in sight, and is not far below it on a
    phone.
    """
    height: Any = _HEIGHT if len(names) > _LONG else "content"
    with st.container(height=height, border=False, key=f"{key}.list"):
        return _radio(key, label, names, captions)


def _radio(key: str, label: str, names: Sequence[str], captions: Sequence[str]) -> int:
    index = min(remembered(f"{key}.index", 0), len(names) - 1)
    remember(f"{key}.index", index)
    _show(key, index, names)
    chosen = st.radio(
        label,
        range(len(names)),
        index,
        format_func=lambda number: names[number],
        captions=list(captions),
        key=key,
        on_change=_follow,
        args=(key,),
        label_visibility="collapsed",
    )
    return int(chosen or 0)


def _show(key: str, index: int, names: Sequence[str]) -> None:
    """Choose the item anew when a title has changed: the browser knows the choice by its old title."""
    if remembered(f"{key}.names") != list(names):
        st.session_state[key] = index
    remember(f"{key}.names", list(names))
    show_value(key, index)


def _follow(key: str) -> None:
    """Keep what a person chose. When only a title has changed, Streamlit reports its old text: nothing was chosen."""
    if isinstance(st.session_state[key], int) and is_entered(key):
        choose(key, st.session_state[key])


def choose(key: str, index: int) -> None:
    """Make the thing at `index` the chosen one when the list is drawn next."""
    remember(f"{key}.index", max(index, 0))


def action(label: str, icon: str, key: str, act: Callable[[], None], *, help: str, disabled: bool = False) -> None:
    """A small button whose effect is there when the page is drawn again."""
    st.button(label, icon=icon, key=key, on_click=attempt, args=(act,), help=help, disabled=disabled, type="tertiary")


def toolbar(
    key: str,
    index: int,
    count: int,
    *,
    move: Callable[[int], None],
    remove: Callable[[], None],
    of_remove: str,
    duplicate: Callable[[], None] | None = None,
    of_duplicate: str = "",
    of_order: str = "in the list",
    keeps_one: bool = False,
) -> None:
    """What can be done with the chosen one of `count` things: move it by -1 or 1, copy it, remove it.

    `key` belongs to the chosen one, so that a second click before the answer acts on nothing else. The texts `of_…` say
    what comes of it. With `keeps_one` the last one cannot be removed.
    """
    with st.container(horizontal=True, gap="small"):
        action("Up", ":material/arrow_upward:", f"{key}.up", lambda: move(-1), help=f"Earlier {of_order}",
               disabled=index == 0)  # fmt: skip
        action("Down", ":material/arrow_downward:", f"{key}.down", lambda: move(1), help=f"Later {of_order}",
               disabled=index == count - 1)  # fmt: skip
        if duplicate:
            add_button("Duplicate", duplicate, icon=":material/content_copy:", key=f"{key}.duplicate",
                       help=of_duplicate, type="tertiary")  # fmt: skip
        action("Remove", ":material/delete:", f"{key}.remove", remove, help=of_remove,
               disabled=keeps_one and count == 1)  # fmt: skip
