"""Text as DuckDB can hold it: what cannot be stored is replaced by something that can be seen."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, from_json, to_json

NUL = "\N{SYMBOL FOR NULL}"
"""Stands for a NUL character, which neither JSON functions nor spreadsheets survive."""

_ESCAPED_NUL = b"\\u0000"
_UNPRINTABLE = (PydanticSerializationError, RecursionError, ValueError)
"""Raised for values that are nested too deeply or within themselves, for bytes, and by a `repr`."""
_MOST_SHOWN = 10_000
_DEEPEST_PART = 3


def visible(text: str) -> str:
    """`text` with NUL shown as ␀ and each lone surrogate as the replacement character."""
    if "\x00" in text:
        text = text.replace("\x00", NUL)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def visible_or_none(text: str | None) -> str | None:
    """Like `visible`, for what may be absent."""
    return None if text is None else visible(text)


def json_text(value: Any) -> str:
    """`value` as JSON text that DuckDB can parse; what JSON does not know is shown by its `repr`. Never raises."""
    try:
        encoded = to_json(value, fallback=repr, inf_nan_mode="null")
    except _UNPRINTABLE:
        encoded = b""
    return _storable(encoded, value)


def model_json(record: BaseModel, exclude: set[str]) -> str:
    """The fields of `record` that are set and not in `exclude`, as JSON text that DuckDB can parse. Never raises."""
    try:
        encoded = record.__pydantic_serializer__.to_json(record, exclude=exclude, exclude_none=True, fallback=repr)
    except _UNPRINTABLE:
        encoded = b""
    if encoded and _ESCAPED_NUL not in encoded:
        return encoded.decode()
    fields = {name: value for name, value in record if name not in exclude and value is not None}
    return "{" + ",".join(f"{json_text(name)}:{json_text(value)}" for name, value in fields.items()) + "}"


def parse_json(text: str | None) -> Any:
    """The value of JSON text; `None` for no text."""
    return None if text is None else from_json(text)


def hash_of(value: Any) -> str:
    """SHA-256 of the value as canonical JSON: equal values have equal hashes, whatever the order of their keys."""
    canonical = json.dumps(parse_json(json_text(value)), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _storable(encoded: bytes, value: Any) -> str:
    if encoded and _ESCAPED_NUL not in encoded:
        return encoded.decode()
    return _in_parts(value, _DEEPEST_PART)


def _in_parts(value: Any, depth: int) -> str:
    """JSON text in which only the part that cannot be JSON is shown by its `repr`, as far down as `depth`."""
    try:
        return to_json(_made_visible(value), fallback=repr, inf_nan_mode="null").decode()
    except _UNPRINTABLE:
        if depth and isinstance(value, dict):
            parts = (f"{json_text(str(key))}:{_in_parts(item, depth - 1)}" for key, item in value.items())
            return "{" + ",".join(parts) + "}"
        if depth and isinstance(value, list | tuple):
            return "[" + ",".join(_in_parts(item, depth - 1) for item in value) + "]"
        return to_json(visible(_shown(value))).decode()


def _shown(value: Any) -> str:
    """The last resort for what cannot be JSON: too deep, within itself, or without even a `repr`."""
    try:
        return repr(value)[:_MOST_SHOWN]
    except Exception:  # noqa: BLE001 - whatever a `repr` does, the rest of what is written must not suffer
        return f"<{type(value).__name__} that cannot be shown>"


def _made_visible(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, BaseModel):
        return _made_visible(value.model_dump())
    if isinstance(value, dict):
        return {_made_visible(key): _made_visible(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_made_visible(item) for item in value]
    return value
