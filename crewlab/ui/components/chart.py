"""A plotly figure on a page."""

from __future__ import annotations

from typing import Any

import streamlit as st

_CONFIG = {"displayModeBar": False}
"""Plotly's own row of buttons would lie over the title; what it offers is a drag or a double click away."""


def show_figure(figure: Any, *, key: str, alt: str) -> None:
    """Draw a figure over the width of what it stands in; `alt` is what a screen reader says."""
    st.plotly_chart(figure, key=key, alt=alt, config=_CONFIG)
