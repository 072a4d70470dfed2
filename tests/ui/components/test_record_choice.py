"""Which record a form shows."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    """A list of two records, of which a button shows the second one; what a form would do is told."""
    import streamlit as st

    from crewlab.ui.components.library.record_choice import choose_record, is_drawn, show_record

    st.button("Save", on_click=show_record, args=("record", "b"))
    chosen = choose_record("record", "A new one", ["a", "b"])
    st.text_input("Name", key="form.name")
    st.text(f"{chosen} {is_drawn('form')} {is_drawn('another')}")


def told(app: AppTest) -> str:
    assert not app.exception
    return " ".join(one.value for one in app.text)


def test_what_was_saved_is_shown_though_the_browser_still_has_the_old_choice():
    """It sends that until it has heard; what is chosen after that counts."""
    app = AppTest.from_function(page).run()
    assert told(app).startswith("None")
    app.button[0].click().run()
    assert told(app).startswith("b")
    app.session_state["record.chosen"] = "A new one"
    assert told(app.run()).startswith("b")
    assert told(app.selectbox[0].select("a").run()).startswith("a")


def test_a_form_that_was_replaced_takes_nothing():
    """Its fields are not on the page any more, and a second click on it finds none."""
    assert told(AppTest.from_function(page).run()) == "None True False"
