"""What a page shows when it fails in a way that nobody foresaw."""

from __future__ import annotations

import logging

import streamlit as st

_log = logging.getLogger("crewlab.ui")


def show_unexpected(error: Exception) -> bool:
    """Say that it is our mistake and what to do; the traceback goes to the server's log, not to the page.

    Returns `True`, which keeps Streamlit from showing the exception itself.
    """
    _log.error("A page failed", exc_info=error)
    st.error(
        f"**This page failed ({type(error).__name__}).** That is a mistake in CrewLab; what runs goes on.\n\n"
        "Reload the page. If it fails again, the server's output has the details for a report.",
        icon=":material/bug_report:",
    )
    return True
