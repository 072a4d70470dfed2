"""Rows stay chosen wherever they are by now."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st

from crewlab.ui.components.row_choice import chosen_rows, keep_choice
from crewlab.ui.state import begin_run

KEY = "test_row_choice.table"


@pytest.fixture(autouse=True)
def _clear() -> Iterator[None]:
    yield
    st.session_state.clear()


def drawn(*names: str) -> list[int]:
    """A run of a page with a table of these rows; the places of the chosen ones."""
    begin_run()
    keep_choice(KEY, names)
    return chosen_rows(st.session_state.get(KEY))


def clicked(*rows: int, seen: int) -> None:
    """What arrives from a browser whose last drawn run is `seen`."""
    st.session_state[KEY], st.session_state["page-seen"] = {"selection": {"rows": list(rows)}}, str(seen)


def test_a_chosen_row_stays_chosen_when_others_come_before_it():
    """Its place is another one then, and it is not dropped by being sent back."""
    drawn("a", "b")
    clicked(1, seen=1)
    assert drawn("a", "b") == [1]
    assert drawn("new", "a", "b") == [2]
    clicked(2, seen=3)
    assert drawn("new", "a", "b") == [2]


def test_the_row_that_was_on_the_screen_is_meant():
    """Where the click comes from a browser that has not drawn the new rows yet."""
    drawn("a", "b")
    clicked(seen=1)
    drawn("new", "a", "b")
    clicked(1, seen=1)
    assert drawn("new", "a", "b") == [2]
    clicked(2, seen=3)
    assert drawn("newer", "new", "a", "b") == [3]


def test_a_row_that_is_gone_is_chosen_again_when_it_is_back():
    """As when a filter hid it for a while."""
    drawn("a", "b")
    clicked(1, seen=1)
    drawn("a", "b")
    assert drawn("a") == []
    assert drawn("b", "a") == [0]
