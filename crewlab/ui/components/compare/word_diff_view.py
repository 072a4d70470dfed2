"""Two texts with their differing words marked."""

from __future__ import annotations

import html
import json
from typing import Any

import streamlit as st

from crewlab.definitions.diff.words import word_diff

_STYLES = {
    "added": "ins style='background:rgba(14,159,126,.28);text-decoration:none;border-radius:3px'",
    "removed": "del style='background:rgba(214,69,107,.28);border-radius:3px'",
}


def show_word_diff(before: str, after: str) -> None:
    """Draw one text: what only `before` has is struck out in red, what only `after` has is green."""
    if before == after:
        st.success("The two outputs are equal, letter by letter.", icon=":material/equal:")
        return
    diff = word_diff(before, after)
    if diff.note:
        st.caption(diff.note)
    body = "".join(_marked(span.op, span.text) for span in diff.spans)
    with st.container(border=True):
        st.html(f"<div style='white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.55'>{body}</div>")


def readable(output: str | None, output_json: Any) -> str:
    """An output as text to compare: JSON laid out in lines with sorted keys, anything else as it is."""
    if output_json is not None:
        return json.dumps(output_json, indent=2, sort_keys=True, ensure_ascii=False)
    return output or ""


def _marked(op: str, text: str) -> str:
    if op == "same":
        return html.escape(text)
    tag = _STYLES[op]
    return f"<{tag}>{html.escape(text)}</{tag[:3]}>"
