"""A field for long text that tells what was typed after each pause: Streamlit's own tells it when it is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

import streamlit as st

_STATIC = Path(__file__).parent.parent / "static"
_HTML = """
<div class="frame">
  <pre aria-hidden="true"></pre>
  <textarea spellcheck="false" autocomplete="off" autocapitalize="off" wrap="off"></textarea>
</div>
"""
_field = st.components.v2.component(
    "crewlab_text_editor",
    html=_HTML,
    css=(_STATIC / "text_editor.css").read_text("utf-8"),
    js=(_STATIC / "text_editor.js").read_text("utf-8"),
)

Marks = Mapping[int, Literal["error", "warning"]]
"""Lines, from 1, whose numbers are coloured."""


def text_editor(
    text: str, *, label: str, name: str, revision: str, marks: Marks, key: str, on_typed: Callable[[], None]
) -> None:
    """Draw the field; it shows `text` when it is new and when `revision` is, and else what the person types.

    After a pause, and when the field is left, `on_typed` is called, and the page is drawn again. What was typed into
    the text of this `name` just before the page was loaded anew is typed once more.
    """
    _field(
        key=key,
        data={
            "text": text,
            "label": label,
            "name": name,
            "revision": revision,
            "marks": {str(line): mark for line, mark in marks.items()},
        },
        on_typed_change=on_typed,
    )


def typed_in(key: str, revision: str) -> str | None:
    """What stands in the field since it showed `revision`; `None` while nothing was typed.

    It may be asked before the field is drawn, and in callbacks.
    """
    state = st.session_state.get(key)
    typed = state.get("typed") if isinstance(state, Mapping) else None
    if not isinstance(typed, Mapping) or typed.get("revision") != revision:
        return None
    text = typed.get("text")
    return text if isinstance(text, str) else None
