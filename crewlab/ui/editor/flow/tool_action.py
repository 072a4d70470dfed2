"""A step that calls one tool: which, and its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crewlab.definitions.editing import Path, set_value, value_at
from crewlab.definitions.schema_parts import plain_part
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.editor.fields import Fields
from crewlab.ui.editor.flow.around import Around
from crewlab.ui.editor.flow.value_fields import input_field
from crewlab.ui.toasts import attempt


def tool_action(fields: Fields, path: Path, around: Around) -> None:
    """Draw the form."""
    ready = {tool.name: tool.description for tool in fields.draft.lab.tool_names()}
    fields.choice(
        (*path, "ref"),
        "Tool",
        list(ready),
        placeholder="Choose a tool",
        help="The tools that can be used here; configure more in the Library.",
    )
    ref = fields.value((*path, "ref"))
    if about := ready.get(str(ref)):
        st.caption(escape(shorten(about, 240)))
    _arguments(fields, path, _schema(fields, str(ref or "")), around)
    fields.others(path, {"call", "ref", "with"})


def _schema(fields: Fields, ref: str) -> Mapping[str, Any]:
    """JSON Schema of a call, where the catalogue knows it."""
    lab = fields.draft.lab
    kind = next((record.type for record in lab.tools() if record.name == ref), ref)
    return next((spec.arguments for spec in lab.tool_catalogue() if spec.name == kind), {})


def _arguments(fields: Fields, path: Path, schema: Mapping[str, Any], around: Around) -> None:
    properties, given = schema.get("properties", {}), fields.value((*path, "with")) or {}
    names = dict.fromkeys([*properties, *(given if isinstance(given, Mapping) else ())])
    if names:
        st.markdown("**Arguments**")
    for name in names:
        part = plain_part(schema, name) if name in properties else {}
        is_needed = name in schema.get("required", ()) or not part
        about = escape(shorten(str(part.get("description") or ""), 240))
        input_field(fields, (*path, "with", name), str(name), around, help=about,
                    empty="Not given yet" if is_needed else "As the tool has it")  # fmt: skip
    if not properties and fields.value((*path, "ref")):
        _add(fields, path)


def _add(fields: Fields, path: Path) -> None:
    """Tools of servers say only while they run what they take."""
    key = f"{fields.key_of(path)}.with.add"
    st.text_input(
        "Add an argument",
        key=key,
        placeholder="Name of an argument, then Enter",
        on_change=attempt,
        args=(lambda: _added(fields, path, key),),
        width=360,
    )


def _added(fields: Fields, path: Path, key: str) -> None:
    name = st.session_state[key].strip()
    st.session_state[key] = ""

    def change(document: dict[str, Any], step: Path) -> dict[str, Any]:
        """A browser that has not heard of the empty field yet sends the name once more: then it is there."""
        place = (*step, "with", name)
        return set_value(document, place, "") if value_at(document, place) is None else document

    if name:
        fields.draft.edit_part(path, change)
