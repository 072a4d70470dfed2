"""What a page shows while there is nothing to show: why, and the one thing to do."""

from __future__ import annotations

from contextlib import AbstractContextManager

import streamlit as st


def empty_state(title: str, text: str, icon: str) -> AbstractContextManager[object]:
    """Draw an empty state; what is drawn inside `with` is the way out of it."""
    box = st.container(border=True, horizontal_alignment="center", gap="small")
    with box:
        st.markdown(f"### {icon} {title}", text_alignment="center")
        st.caption(text, text_alignment="center")
    return box
