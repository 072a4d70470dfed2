"""What of a document is code, or needs code beside it: kept as data, and said once, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crewlab.definitions.interchange.notes import Note

_DEEPEST = 64


def code_notes(document: Mapping[str, Any]) -> list[Note]:
    """A note for each reference to code; none of it is imported."""
    return list(_notes(document, "", 0))


def _notes(value: Any, where: str, depth: int) -> Iterator[Note]:
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        if what := _code(value):
            yield Note(where or "document", what)
            return
        for key, item in value.items():
            yield from _notes(item, f"{where}.{key}".lstrip("."), depth + 1)
    elif isinstance(value, list):
        for item in value:
            name = item.get("name") if isinstance(item, Mapping) else None
            yield from _notes(item, f"{where}.{name}" if isinstance(name, str) else where, depth + 1)
    elif isinstance(value, str) and where.endswith(".tools") and value.startswith("custom:"):
        what = "is kept as a name: its code in tools/ is not run; make a tool for it in the Library and name that, or"
        yield Note(where, f"{value[:80]} {what} take it out")


def _code(value: Mapping[str, Any]) -> str:
    if set(value) == {"python"}:
        return f"kept as data: {str(value['python'])[:80]!r} is Python code, which an import never loads"
    if "tool_type" in value:
        return f"kept as data: {str(value['tool_type'])[:80]!r} is code to load; name a tool of the Library instead"
    if value.get("call") in ("code", "script"):
        return f"kept as data: a step that calls {value['call']} is not run"
    return ""
