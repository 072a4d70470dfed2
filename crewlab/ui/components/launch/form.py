"""The inputs of one execution: a field for each placeholder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crewlab.ui.components.formats import plural
from crewlab.ui.components.launch.plan import LaunchPlan
from crewlab.ui.components.plain_text import escape
from crewlab.ui.state import kept

LONG = 60
"""Characters from which a value gets more than one line."""


def inputs_form(placeholders: Mapping[str, tuple[str, ...]], defaults: Mapping[str, Any], *, key: str) -> LaunchPlan:
    """Draw a field per placeholder, filled with `defaults`; return what would run."""
    if not placeholders:
        st.caption("This crew asks for no inputs.")
    inputs = {name: _field(name, places, defaults.get(name), key) for name, places in placeholders.items()}
    missing = [name for name, value in inputs.items() if not value.strip()]
    blocked = f"Fill in {', '.join(missing)}." if missing else ""
    return LaunchPlan(rows=[inputs], blocked=blocked)


def _field(name: str, places: tuple[str, ...], default: Any, key: str) -> str:
    value = "" if default is None else str(default)
    where = ", ".join(escape(place) for place in places[:8])
    lines = 3 + min(6, len(value) // LONG)
    text = st.text_area(
        escape(name),
        kept(f"{key}.{name}", value),
        key=f"{key}.{name}",
        persist_state="session",
        height=28 * lines,
        help=f"Used in {plural(len(places), 'place')}: {where}" if places else None,
        placeholder="Required",
    )
    return text or ""
