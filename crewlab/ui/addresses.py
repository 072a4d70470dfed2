"""A page whose address says what its widgets show, and whose widgets follow the address."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from crewlab.ui.links import has_arrived, page_drawn
from crewlab.ui.state import remember, remembered

Query = dict[str, str]


def widgets_key(page: str) -> str:
    """What the keys of the page's widgets begin with.

    It is another one after each `fill`: a browser that has not heard of it yet sends the values of widgets that are
    no more, and nobody takes them for an entry.
    """
    return f"{page}.{remembered(_filled(page), (0, {}))[0]}"


def filled(page: str) -> Query:
    """The address that the widgets showed at first."""
    return dict(remembered(_filled(page), (0, {}))[1])


def leads_elsewhere(page: str, address: Query, shown: Query) -> bool:
    """Whether the widgets have to be filled from the address: a link or *Back* leads to it.

    `shown` is the address that fits what the widgets hold. Where that is not what was drawn, a person has changed one
    of them. The browser may not have heard yet of the address that an earlier change led to, and sends the one before
    it; then what was entered counts.
    """
    written = remembered(_written(page))
    return written is None or (written != address and (has_arrived() or shown == written))


def fill(page: str, address: Query) -> None:
    """Begin anew with widgets that show what `address` says."""
    number, _ = remembered(_filled(page), (0, {}))
    remember(_filled(page), (number + 1, address))


def write_address(page: str, query: Query) -> None:
    """Make the address say what the widgets show."""
    if query != st.query_params.to_dict() or remembered(_written(page), query) != query:
        st.query_params.from_dict(query)
    remember(_written(page), query)


def last_address(page: str) -> Query:
    """The address of the page as this session last saw it, to lead back to; empty when it never did."""
    return dict(remembered(_written(page), {}))


def redraw() -> NoReturn:
    """Draw the whole page once more, from a part of it that is drawn alone.

    No link leads to a part: where the browser sent another address than the page has, it is one of before.
    """
    written = remembered(_written(page_drawn()))
    if written is not None and st.query_params.to_dict() != written:
        st.query_params.from_dict(written)
    st.rerun()


def _filled(page: str) -> str:
    return f"address.filled.{page}"


def _written(page: str) -> str:
    return f"address.written.{page}"
