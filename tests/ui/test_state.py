"""What a widget was made to show, and what a person entered after that."""

from __future__ import annotations

import pytest
import streamlit as st

from crewlab.ui.state import begin_run, is_entered, show_value


@pytest.fixture
def key() -> str:
    """A widget of its own for each test: without a browser, all share one state."""
    return "test_state.field"


@pytest.fixture(autouse=True)
def _clear():
    yield
    st.session_state.clear()


def test_a_value_that_is_shown_already_was_not_entered(key):
    """A browser that sends an old value once more has changed nothing."""
    show_value(key, "shown")
    assert not is_entered(key)


def test_an_entry_counts_once(key):
    """Another value is an entry; the same again is none, and back to the first one is an entry again."""
    show_value(key, "shown")
    st.session_state[key] = "typed"
    assert is_entered(key)
    assert not is_entered(key)
    st.session_state[key] = "shown"
    assert is_entered(key)


def test_what_was_never_shown_counts(key):
    """A widget that fills itself is entered when it calls back."""
    st.session_state[key] = "typed"
    assert is_entered(key)


def drawn(key: str, value: str) -> None:
    """A run of a page that shows a value."""
    begin_run()
    show_value(key, value)


def sent(key: str, value: str, *, seen: int) -> bool:
    """What the browser has, whose last drawn run is `seen`, arrives; whether it is an entry."""
    st.session_state[key], st.session_state["page-seen"] = value, str(seen)
    return is_entered(key)


def test_what_a_browser_has_not_heard_of_is_no_entry(key):
    """It sends the old value with whatever is done next, and is told the new one again."""
    drawn(key, "")
    drawn(key, "filled in")
    assert not sent(key, "", seen=1)
    drawn(key, "filled in")
    assert st.session_state[key] == "filled in"


def test_what_a_person_has_seen_can_be_taken_back_at_once(key):
    """The same old value is an entry when the browser has drawn the new one."""
    drawn(key, "")
    drawn(key, "filled in")
    assert sent(key, "", seen=2)


def test_an_entry_wins_over_what_is_still_on_its_way(key):
    """The browser draws that first, and sends it; it is told the entry again."""
    drawn(key, "")
    drawn(key, "filled in")
    assert sent(key, "typed", seen=1)
    drawn(key, "typed")
    assert not sent(key, "filled in", seen=2)
    drawn(key, "typed")
    assert st.session_state[key] == "typed"
    assert not sent(key, "typed", seen=4)
    assert sent(key, "filled in", seen=4)
