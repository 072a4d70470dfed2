"""Every way from one page to another, by page name; works from pages, fragments and callbacks."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NoReturn

import streamlit as st

PageName = Literal["home", "definitions", "definition", "launch", "executions", "execution", "compare"]

_PAGES = Path(__file__).resolve().parents[2] / "pages"


def page_path(page: PageName) -> str:
    """The absolute path of a page's file: what `st.Page`, `st.switch_page` and tests name it by."""
    return str(_PAGES / f"{page}.py")


def go(page: PageName, **query: str) -> NoReturn:
    """Leave this page for another; empty query values are left out of the address."""
    st.switch_page(page_path(page), query_params=_given(query))


def link(label: str, page: PageName, *, icon: str | None = None, **query: str) -> None:
    """Draw a link to a page that can also be opened in a new tab."""
    st.page_link(page_path(page), label=label, icon=icon, query_params=_given(query))


def _given(query: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if value}
