"""Parts of pages, in small apps of their own."""

from __future__ import annotations

from tests.made_once import components_of_streamlit as components_of_streamlit
