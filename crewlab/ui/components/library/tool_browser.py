"""The catalogue of tools: search by name, kind and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.ui.components.formats import plural

if TYPE_CHECKING:
    from crewlab.definitions.library.tool_catalogue import ToolSpec
    from crewlab.definitions.library.tool_records import Obstacle

_KEY = "library.catalogue"
STATES = {
    "ready": "Ready as it is",
    "tool.unconfigured": "Needs settings",
    "tool.key.missing": "Needs a key",
    "tool.package.missing": "Needs a package",
    "tool.risk": "Needs consent",
    "tool.objects": "Cannot be configured",
}


def tool_browser(specs: Sequence[ToolSpec], hindered: Mapping[str, Obstacle]) -> None:
    """Draw the filters and what they leave."""
    left, middle, right = st.columns([2, 1, 1])
    text = left.text_input("Search", key=f"{_KEY}.search", type="search", live=True, placeholder="search, pdf, scrape")
    category = middle.selectbox("Kind", sorted({spec.category for spec in specs}), index=None, key=f"{_KEY}.category",
                                placeholder="Any")  # fmt: skip
    state = right.selectbox("State here", list(STATES.values()), index=None, key=f"{_KEY}.state", placeholder="Any")
    rows = [_row(spec, hindered.get(spec.name)) for spec in specs if _fits(spec, str(text or ""), category)]
    rows = [row for row in rows if state in (None, row["state"])]
    st.caption(plural(len(rows), "tool"))
    columns: Any = {
        "name": st.column_config.TextColumn("Name", width="medium"),
        "category": st.column_config.TextColumn("Kind", width="small"),
        "state": st.column_config.TextColumn("State here", width="medium"),
        "needs": st.column_config.TextColumn("What to do", width="large"),
        "does": st.column_config.TextColumn("Does", width="large"),
        "network": st.column_config.CheckboxColumn("Network", width="small"),
    }
    st.dataframe(rows, hide_index=True, column_config=columns, alt="Catalogue of tools", placeholder="–", height=420)


def _fits(spec: ToolSpec, text: str, category: str | None) -> bool:
    words = text.lower().split()
    content = f"{spec.name} {spec.title} {spec.description} {spec.category} {spec.packages} {spec.keys}".lower()
    return category in (None, spec.category) and all(word in content for word in words)


def _row(spec: ToolSpec, reason: Obstacle | None) -> dict[str, Any]:
    return {
        "name": spec.name,
        "category": spec.category,
        "state": STATES.get(reason.id if reason else "ready", "Cannot be used"),
        "needs": _to_do(spec, reason) if reason else None,
        "does": spec.description,
        "network": spec.network,
    }


def _to_do(spec: ToolSpec, reason: Obstacle) -> str:
    """What is missing and what to do, without the tool's name: that is in the same row."""
    what = reason.what.removeprefix(f"{spec.name} ")
    return f"{what[:1].upper()}{what[1:]} {reason.hint}"
