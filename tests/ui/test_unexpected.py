"""A page that fails says so without showing its inside."""

from __future__ import annotations

import logging

from streamlit.testing.v1 import AppTest

from crewlab.lab import Lab


def script() -> None:
    """A page that failed."""
    from crewlab.ui.unexpected import show_unexpected

    show_unexpected(KeyError("secret place"))


def test_the_page_says_what_to_do_and_the_log_has_the_rest(caplog):
    """A person reads what to do; the traceback is in the server's log only."""
    with caplog.at_level(logging.ERROR, logger="crewlab.ui"):
        app = AppTest.from_function(script).run()
    assert "This page failed (KeyError)" in app.error[0].value
    assert "secret place" not in app.error[0].value
    assert "secret place" in caplog.text


def test_the_log_has_no_secret(caplog, data, monkeypatch):
    """An exception may quote a key; what the server prints does not."""
    with Lab.open(data) as lab, caplog.at_level(logging.ERROR, logger="crewlab.ui"):
        lab.remember_key("A_KEY", "secret place")
        monkeypatch.setattr("crewlab.ui.unexpected.lab_if_open", lambda: lab)
        AppTest.from_function(script).run()
    assert "KeyError" in caplog.text
    assert "secret place" not in caplog.text
