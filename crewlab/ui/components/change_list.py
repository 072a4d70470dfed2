"""What differs between two documents, as a list a person can read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crewlab.definitions.diff import diff
from crewlab.ui.components.plain_text import escape, shorten

SHOWN = 30
_ICONS = {
    "added": ":green[:material/add:]",
    "removed": ":red[:material/remove:]",
    "renamed": ":violet[:material/edit:]",
}


def change_list(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Draw each difference with its place; says so when there is none."""
    changes = diff(before, after)
    if not changes:
        st.caption("Nothing that a run would notice.")
        return
    lines = [
        f"- {_ICONS.get(str(change.kind), ':blue[:material/change_history:]')} **{escape(str(change.path))}** "
        f"{_value(change.before)} → {_value(change.after)}"
        for change in changes[:SHOWN]
    ]
    if len(changes) > SHOWN:
        lines.append(f"- … and {len(changes) - SHOWN} more")
    st.markdown("\n".join(lines))


def _value(value: Any) -> str:
    return "*nothing*" if value in (None, "") else escape(shorten(str(value), 120))
