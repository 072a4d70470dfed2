"""What a widget was made to show, and what a person entered after that."""

from __future__ import annotations

import pytest
import streamlit as st

from crewlab.ui.state import is_entered, show_value


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
