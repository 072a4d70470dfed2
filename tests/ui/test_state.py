"""What a widget was made to show, and what a person entered after that."""

from __future__ import annotations

import pytest
import streamlit as st

from crewlab.ui.state import begin_run, is_entered, is_repeated, note_drawn, on_screen, show_value


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


def test_what_is_no_entry_is_not_what_the_next_one_is_compared_with(key):
    """A refresh of the sidebar brings the old value and draws no field: emptying the new one must be a change."""
    drawn(key, "")
    drawn(key, "filled in")
    assert not sent(key, "", seen=1)
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


def test_a_click_that_was_not_answered_yet_is_not_repeated(key):
    """One that comes when the answer is on the screen counts again."""
    begin_run()
    st.session_state["page-seen"] = "1"
    assert not is_repeated(key)
    begin_run()
    assert is_repeated(key), "the browser has run 1 only"
    st.session_state["page-seen"] = "2"
    assert not is_repeated(key)


@pytest.mark.parametrize(("seen", "part_seen", "clicked"), [("1", "", "old"), ("1", "3", "new"), ("2", "9", "new")])
def test_what_was_on_the_screen_is_what_is_clicked(key, seen, part_seen, clicked):
    """A part that redraws itself counts too, unless the browser has not drawn its page."""
    begin_run()
    note_drawn(key, "old")
    st.session_state["page-drawn"], st.session_state["page-seen"] = 1, "1"
    begin_run()
    note_drawn(key, "new")
    st.session_state["page-seen"], st.session_state["page-seen-part"] = seen, part_seen
    assert on_screen(key) == clicked


def test_a_part_of_a_page_that_the_browser_has_not_drawn_says_nothing(key):
    """Its number is not what the browser sent, but what it was made to show."""
    begin_run()
    note_drawn(key, "old")
    st.session_state["page-seen"] = "1"
    begin_run()
    note_drawn(key, "new")
    st.session_state["page-drawn"], st.session_state["page-seen"], st.session_state["page-seen-part"] = 2, "1", "2"
    assert on_screen(key) == "old"
