"""What one browser session remembers between reruns, and what the address of a page says."""

from __future__ import annotations

from typing import Any

import streamlit as st


def parameter(name: str) -> str | None:
    """A parameter of the page's address, or `None` when it is absent or empty."""
    return st.query_params.get(name) or None


def remembered(key: str, default: Any = None) -> Any:
    """A value of this session; `default` when nothing was remembered."""
    return st.session_state.get(key, default)


def remember(key: str, value: Any) -> None:
    """Keep a value for this session, over page changes."""
    st.session_state[key] = value


def forget(key: str) -> None:
    """Drop a value of this session, if it is there."""
    st.session_state.pop(key, None)


def show_value(key: str, value: Any) -> None:
    """Make the widget with this key show `value`; call it before the widget is drawn.

    A value that is already shown is left alone, because setting it again would take the text cursor away. Give the
    widget `value` as its default too: when something is chosen and left within one answer of the server, the browser
    drops what the widget held while the server believes that it is still there, and then draws the default.
    """
    _shown()[key] = value
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def is_entered(key: str) -> bool:
    """For the callback of a widget: whether a person changed what `show_value` made it show.

    A browser that has not yet dropped a widget sends its old value once more, which Streamlit takes for a change.
    """
    value, shown = st.session_state[key], _shown()
    is_old = key in shown and shown[key] == value
    shown[key] = value
    return not is_old


def _shown() -> dict[str, Any]:
    shown: dict[str, Any] = st.session_state.setdefault("state.shown", {})
    return shown
