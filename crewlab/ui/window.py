"""The name of the browser's tab: several are open at a time, and its history lists them."""

from __future__ import annotations

import streamlit as st

from crewlab.ui.components.plain_text import shorten


def name_window(name: str) -> None:
    """Let the tab say what it shows; the page's own name is there already."""
    st.set_page_config(page_title=f"{shorten(name, 60)} · CrewLab")
