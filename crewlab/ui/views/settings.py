"""Settings: what may start and how fast, defaults, what is on disk, and what this is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.library.model_limit_rows import model_limit_rows
from crewlab.ui.components.settings.about import about
from crewlab.ui.components.settings.pool_numbers import pool_numbers
from crewlab.ui.components.settings.setting_fields import changeable, read_only
from crewlab.ui.components.settings.storage_view import storage_view
from crewlab.ui.components.settings.trace_numbers import trace_numbers

if TYPE_CHECKING:
    from crewlab.lab import Lab

POOL = ("workers", "admission", "dedicated_workers", "owner_limit", "batch_limit", "tool_threads")
LIMITS = (
    "timeout_seconds",
    "model_timeout_seconds",
    "model_attempts",
    "retry_wait_seconds",
    "tool_timeout_seconds",
)


def render(lab: Lab) -> None:
    """Draw the page."""
    st.title("Settings")
    st.caption("What is changed here counts at once, and after a restart. What the environment sets wins over it.")
    for tab, draw in zip(st.tabs(list(TABS), key="settings.tabs", on_change="rerun"), TABS.values(), strict=True):
        if tab.open:
            with tab:
                draw(lab)


def _pool(lab: Lab) -> None:
    pool_numbers(lab)
    st.subheader("Caps")
    changeable(lab, POOL)


def _limits(lab: Lab) -> None:
    st.subheader("Defaults of executions")
    changeable(lab, LIMITS)
    model_limit_rows(lab)


def _about(lab: Lab) -> None:
    about(lab)
    trace_numbers(lab)
    st.subheader("All other settings", help="They are read once, at the start.")
    read_only(lab, leave_out=(*POOL, *LIMITS))


TABS = {"Pool": _pool, "Limits": _limits, "Storage": storage_view, "About": _about}
