"""Widgets for what a JSON Schema describes, one per property: for the settings and the calls of tools."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from crewlab.definitions.schema_parts import TEXT_TYPES, plain_part
from crewlab.errors import RecordError
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.state import remembered

AS_THE_TOOL_HAS_IT = "as the tool has it"
_MOST = 2**53
LONG = 60
"""Characters from which a text gets more than one line."""


def schema_fields(
    schema: Mapping[str, Any],
    values: Mapping[str, Any],
    key: str,
    *,
    wide: bool = False,
    unset: str = AS_THE_TOOL_HAS_IT,
) -> None:
    """Draw a widget per property, those that are required first; `unset` is what an empty number means.

    Each begins with what it holds where it was drawn before: `show_value` says why.
    """
    names = sorted(schema.get("properties", {}), key=lambda name: name not in schema.get("required", ()))
    width = 1 if wide or len(names) < 2 else 2
    for start in range(
        0, len(names), width
    ):  # row by row: on a phone and for Tab they follow each other as they are told
        for column, name in zip(st.columns(width), names[start : start + width], strict=False):
            with column:
                _field(name, schema, values, f"{key}.{name}", unset)


def read_fields(schema: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What was entered; empty widgets, and those that show what is there without them, are left out.

    Raises:
        RecordError: A text that has to be JSON is none.
    """
    found: dict[str, Any] = {}
    for name in schema.get("properties", {}):
        entered, part = st.session_state.get(f"{key}.{name}"), plain_part(schema, name)
        if entered is None or (isinstance(entered, str) and not entered.strip()):
            continue
        value = _read(name, entered, part)
        if name in schema.get("required", ()) or value != part.get("default"):
            found[name] = value
    return found


def field_keys(schema: Mapping[str, Any], key: str) -> list[str]:
    """The keys of the widgets, to forget what was typed."""
    return [f"{key}.{name}" for name in schema.get("properties", {})]


def _field(name: str, schema: Mapping[str, Any], values: Mapping[str, Any], key: str, unset: str) -> None:
    part = plain_part(schema, name)
    label = f"{escape(name)} :red[*]" if name in schema.get("required", ()) else escape(name)
    about = part.get("description") or ""
    help_text = escape(shorten(str(about), 400)) if about else None
    value = values.get(name)
    shown = value if value is not None else part.get("default")
    if isinstance(part.get("enum"), list) and part["enum"]:
        choices = part["enum"]
        held = remembered(key, shown)
        index = choices.index(held) if held in choices else None
        st.selectbox(label, choices, index=index, key=key, help=help_text)
    elif part.get("type") == "boolean":
        held = remembered(key, shown)
        st.selectbox(label, [True, False], index=None if held is None else int(not held), key=key, help=help_text)
    elif part.get("type") in ("integer", "number") and (shown is None or _is_shown_as_number(shown)):
        _number(label, part, shown, key, help_text, unset)
    elif part.get("type") in TEXT_TYPES and not isinstance(shown, list | dict):
        _text(name, label, shown, key, help_text)
    else:
        text = json.dumps(shown, indent=1, ensure_ascii=False) if shown is not None else ""
        height = min(260, max(90, 46 + 22 * len(text.splitlines())))
        text = remembered(key, text)
        st.text_area(f"{label} (JSON)", text, key=key, help=help_text, height=height, placeholder=_example(part))


def _is_shown_as_number(value: Any) -> bool:
    """Browsers know no larger numbers exactly, and a field for one takes nothing else."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _MOST


def _number(label: str, part: Mapping[str, Any], shown: Any, key: str, about: str | None, unset: str) -> None:
    is_whole = part["type"] == "integer"
    value = None if shown is None else (int(shown) if is_whole else float(shown))
    step: Any = 1 if is_whole else 0.1
    st.number_input(label, value=remembered(key, value), step=step, key=key, help=about, placeholder=unset)


def _text(name: str, label: str, shown: Any, key: str, about: str | None) -> None:
    text = "" if shown is None else str(shown)
    if name in ("content", "code", "prompt", "instruction") or len(text) > LONG or "\n" in text:
        st.text_area(label, remembered(key, text), key=key, help=about, height=90)
    else:
        st.text_input(label, remembered(key, text), key=key, help=about)


def _example(part: Mapping[str, Any]) -> str:
    return '["one", "two"]' if part.get("type") == "array" else '{"name": "value"}'


def _read(name: str, value: Any, part: Mapping[str, Any]) -> Any:
    is_text = part.get("enum") or part.get("type") in (*TEXT_TYPES, "boolean")
    if not isinstance(value, str) or (is_text and "anyOf" not in part):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        if part.get("type") in (*TEXT_TYPES, "integer", "number"):
            return value
        raise RecordError(f"{name} is not JSON: {error}.", f"For example {_example(part)}.") from None
