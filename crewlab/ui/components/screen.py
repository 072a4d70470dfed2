"""How wide the browser's window is: what Streamlit does not tell, and pictures need."""

from __future__ import annotations

import streamlit as st

from crewlab.ui.state import remember, remembered

NARROW = 640
"""Pixels: Streamlit puts columns below each other in a window that is less wide."""
_KEPT = "screen.narrow"

_SCRIPT = """
const asked = new WeakMap()

export default function ({ data, parentElement, setStateValue }) {
  const query = asked.get(parentElement) ?? window.matchMedia(`(max-width: ${data.below}px)`)
  asked.set(parentElement, query)
  const tell = () => { if (query.matches !== data.narrow) setStateValue("narrow", query.matches) }
  query.onchange = tell
  tell()
  return () => { query.onchange = null }
}
"""
_listener = st.components.v2.component("crewlab_screen", js=_SCRIPT)


def is_narrow() -> bool:
    """Whether the window is as narrow as a phone's, as far as it is known yet; a wide one is the start."""
    return remembered(_KEPT) is True


def listen(key: str) -> None:
    """Have the browser tell when the window is not as `is_narrow` says; it draws nothing."""

    def keep() -> None:
        remember(_KEPT, st.session_state[key].get("narrow") is True)

    _listener(key=key, data={"below": NARROW, "narrow": is_narrow()}, on_narrow_change=keep, height=1)
