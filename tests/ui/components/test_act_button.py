"""A button that acts and leaves."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

LAUNCH, HOME = ("launch", {}), ("home", {})


def page() -> None:
    """A page with one such button."""
    import streamlit as st

    from crewlab.ui.components.act_button import act_button

    if act_button("Run", key="run", disabled=bool(st.session_state.get("blocked"))):
        st.write("acted")


def acted(app: AppTest) -> bool:
    return [one.value for one in app.markdown] == ["acted"]


def test_a_click_acts_once():
    """The run after it does nothing more."""
    app = AppTest.from_function(page).run()
    assert not acted(app)
    assert acted(app.button(key="run").click().run())
    assert not acted(app.run())


@pytest.mark.parametrize(
    ("before", "blocked", "acts"), [(LAUNCH, False, True), (HOME, False, False), (LAUNCH, True, False)]
)
def test_a_click_whose_run_was_interrupted_counts_in_the_next(before, blocked, acts):
    """On the same page, and while the button can be clicked; never when somebody comes back later."""
    app = AppTest.from_function(page)
    app.session_state["address.drawn"] = (LAUNCH, before)
    app.session_state["act.asked"], app.session_state["blocked"] = "run", blocked
    assert acted(app.run()) is acts
    app.session_state["address.drawn"], app.session_state["blocked"] = (LAUNCH, LAUNCH), False
    assert not acted(app.run()), "it is over"


def test_a_click_that_was_meant_for_something_else_is_dropped():
    """Another crew was chosen, and the button of the one before was still on the screen."""
    app = AppTest.from_function(page)
    app.session_state["act.asked"] = "run something else"
    assert not acted(app.run())
    assert "act.asked" not in app.session_state
