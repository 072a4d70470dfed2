"""What differs between two documents, as a list a person can read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crewlab.definitions.diff import diff
from crewlab.definitions.diff.telling import Told, renames_of, shortened, told
from crewlab.definitions.diff.words import Span
from crewlab.ui.components.plain_text import escape, shorten

SHOWN = 40
_ICONS = {
    "added": ":green[:material/add:]",
    "removed": ":red[:material/remove:]",
    "renamed": ":violet[:material/edit:]",
    "moved": ":blue[:material/swap_vert:]",
}
_CHANGED = ":blue[:material/change_history:]"
_LONGEST = 400
_ROWS = "  \n"
"""Markdown for a new line."""


def change_list(before: Mapping[str, Any], after: Mapping[str, Any], *, key: str = "changes") -> None:
    """Draw each difference with its place, prompts by word; says so when there is none."""
    changes = diff(before, after)
    if not changes:
        st.caption("Nothing that a run would notice.")
        return
    renames = renames_of(changes)
    lines = [_line(told(change, renames)) for change in changes]
    with st.container(key=key):
        st.markdown(_ROWS.join(lines[:SHOWN]))
        if len(lines) > SHOWN and st.toggle(f"{len(lines) - SHOWN} more", key=f"{key}.more"):
            st.markdown(_ROWS.join(lines[SHOWN:]))


def _line(one: Told) -> str:
    icon = _ICONS.get(one.change.kind, _CHANGED)
    said = escape(shorten(one.what, _LONGEST)) if one.what else "".join(map(_marked, shortened(one.spans)))
    return f"{icon} **{escape(one.change.path)}** {said}"


def _marked(span: Span) -> str:
    """A stretch of text; blanks stay outside the mark, inside which Markdown would not have them."""
    text = escape(shorten(span.text, _LONGEST))
    before = " " if span.text[:1].isspace() else ""
    after = " " if span.text[-1:].isspace() else ""
    if span.op == "same" or not text:
        return f"{before}{text}{after}"
    marked = f":green-background[{text}]" if span.op == "added" else f":red-background[~~{text}~~]"
    return f"{before}{marked}{after}"
