"""A list that does something with what is chosen."""

from __future__ import annotations

import streamlit as st
from streamlit.testing.v1 import AppTest

from crewlab.ui.components.act_on_choice import _act


def page() -> None:
    import streamlit as st

    from crewlab.ui.components.act_on_choice import act_on_choice
    from crewlab.ui.state import remember, remembered

    act_on_choice("Take", ["a", "b"], lambda one: remember("taken", [*remembered("taken", []), one]), key="take",
                  placeholder="Take one")  # fmt: skip
    st.text(" ".join(remembered("taken", [])))


def test_each_choice_counts_once():
    """The same may be chosen again; the list is empty after each."""
    app = AppTest.from_function(page).run()
    for _ in range(2):
        app.selectbox[0].select("a").run()
    assert app.text[0].value == "a a"
    assert app.selectbox[0].value is None


def test_a_choice_that_a_browser_sends_once_more_is_none():
    """It has not heard yet that it was taken over."""
    st.session_state.clear()
    taken: list[str] = []
    for _ in range(2):
        st.session_state["take"] = "a"
        _act("take", "take", taken.append)
    assert taken == ["a"]
    st.session_state.clear()
