"""What is said about an address that no page has; Streamlit shows Home there without a word."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import streamlit as st

from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.links import PAGES


def unknown_path(url: str, base_path: str = "") -> str | None:
    """The path of `url` when no page is there, as a person typed it; `base_path` is where the app itself is."""
    path = unquote(urlsplit(url).path).strip("/")
    base = base_path.strip("/")
    inner = path.removeprefix(base).strip("/") if base else path
    return None if inner in ("", *PAGES) else f"/{inner}"


def warn_unknown_path() -> None:
    """Say that the address is wrong, above the page that is shown instead."""
    path = unknown_path(str(st.context.url or ""), str(st.get_option("server.baseUrlPath") or ""))
    if path is not None:
        st.warning(
            f"**There is no page {escape(shorten(path, 80))}.** This is Home; the menu leads to all pages.",
            icon=":material/wrong_location:",
        )
