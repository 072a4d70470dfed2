"""What a page shows when it fails in a way that nobody foresaw."""

from __future__ import annotations

import logging
import traceback

import streamlit as st

from crewlab.ui.holder import lab_if_open

_log = logging.getLogger("crewlab.ui")


def show_unexpected(error: Exception) -> bool:
    """Say that it is our mistake and what to do; the traceback goes to the server's log, not to the page.

    Returns `True`, which keeps Streamlit from showing the exception itself.
    """
    _log.error("A page failed\n%s", _told(error))
    st.error(
        f"**This page failed ({type(error).__name__}).** That is a mistake in CrewLab; what runs goes on.\n\n"
        "Reload the page. If it fails again, the server's output has the details for a report.",
        icon=":material/bug_report:",
    )
    return True


def _told(error: Exception) -> str:
    """The traceback, without secrets."""
    text = "".join(traceback.format_exception(error))
    lab = lab_if_open()
    return lab.redactor.mask(text) if lab else text
