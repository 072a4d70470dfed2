"""Callbacks run to their end."""

from __future__ import annotations

import tomllib

from streamlit.testing.v1 import AppTest

from crewlab.settings import PROJECT


def page() -> None:
    """A field whose callback is overtaken by another click, and counts the runs that draw it."""
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    from crewlab.ui.whole_callbacks import keep_callbacks_whole

    def take_over() -> None:
        context = get_script_run_ctx()
        assert context is not None
        assert context.script_requests is not None
        context.script_requests.request_rerun(RerunData())
        st.query_params["at"] = "text"
        st.session_state["stored"] = st.session_state["text"]

    keep_callbacks_whole()
    st.text_input("Text", key="text", on_change=take_over)
    st.session_state["drawn"] = st.session_state.get("drawn", 0) + 1


def test_what_is_entered_is_stored_although_another_click_follows():
    """Whatever of Streamlit the callback uses; the click that followed is dealt with in one run after it."""
    test = AppTest.from_function(page).run()
    test.text_input(key="text").input("typed").run()
    assert test.session_state["stored"] == "typed"
    assert test.session_state["drawn"] == 2


def test_a_page_that_is_overtaken_is_drawn_anew():
    """Only callbacks are waited for: drawing what nobody will see ends as before."""
    test = AppTest.from_function(overtaken).run()
    assert test.session_state["reached"] == ["begin", "begin", "end"]


def overtaken() -> None:
    """A page that another click overtakes once."""
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    from crewlab.ui.whole_callbacks import keep_callbacks_whole

    keep_callbacks_whole()
    reached = st.session_state.setdefault("reached", [])
    reached.append("begin")
    if len(reached) == 1:
        context = get_script_run_ctx()
        assert context is not None
        assert context.script_requests is not None
        context.script_requests.request_rerun(RerunData())
    st.write("end")
    reached.append("end")


def test_no_run_begins_beside_a_callback():
    """One run of a session after the other: the next one sees what the callback before it has stored."""
    with (PROJECT / ".streamlit" / "config.toml").open("rb") as file:
        assert tomllib.load(file)["runner"]["fastReruns"] is False
