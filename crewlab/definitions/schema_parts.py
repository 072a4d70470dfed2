"""What a JSON Schema says of each of its properties, in the plain form that a field or a cell needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

TEXT_TYPES = ("string", None)
"""Types whose values are written as they are; a property without a type is text as well."""


def plain_part(schema: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The schema of a property without references, and without the choice of leaving it out."""
    part = _resolved(schema, schema["properties"][name])
    listed = part.get("anyOf", part.get("allOf"))
    options = [_resolved(schema, option) for option in listed] if isinstance(listed, list) else []
    kinds = [option for option in options if option.get("type") != "null"]
    chosen = kinds[0] if len(kinds) == 1 else {}
    merged = {**part, **chosen}
    kind = merged.get("type")
    if isinstance(kind, list):
        merged["type"] = next((one for one in kind if one != "null"), "string")
    return merged


def _resolved(schema: Mapping[str, Any], part: Any) -> dict[str, Any]:
    """A part as an object; what is none, such as `true`, says nothing."""
    if not isinstance(part, Mapping):
        return {}
    found = (schema.get("$defs") or {}).get(str(part.get("$ref", "")).rpartition("/")[2])
    return {
        **(found if isinstance(found, Mapping) and "$ref" in part else {}),
        **{name: value for name, value in part.items() if name != "$ref"},
    }


def type_of(value: Any) -> str:
    """JSON Schema's name for the type of a value."""
    if isinstance(value, bool):
        return "boolean"
    names = {int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


def typed(text: str, part: Mapping[str, Any]) -> Any:
    """A value as a person writes it in one cell or field: a number, yes or no, JSON for lists and objects, or text.

    Raises:
        ValueError: The text is no such value; the message says what it should be.
    """
    kind = part.get("type")
    if kind in TEXT_TYPES:
        return text
    if kind == "boolean":
        return _boolean(text)
    if kind in ("integer", "number"):
        return _number(text, is_whole=kind == "integer")
    return _json(text, str(kind))


_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


def _boolean(text: str) -> bool:
    word = text.strip().casefold()
    if word not in (*_TRUE, *_FALSE):
        raise ValueError(f"{text!r} is neither true nor false")
    return word in _TRUE


def _number(text: str, *, is_whole: bool) -> int | float:
    try:
        number = float(text)
        if not is_whole:
            return number
        if number != int(number):
            raise ValueError
        return int(text) if text.strip().lstrip("+-").isdigit() else int(number)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is no {'whole ' if is_whole else ''}number") from None


def _json(text: str, kind: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        example = '["one", "two"]' if kind == "array" else '{"name": "value"}'
        raise ValueError(f"{text[:40]!r} is no JSON; write {example}") from None
