"""Triggers as text that a person writes: `good and (left or right)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from crewlab.definitions.flows.triggers import HOW
from crewlab.errors import DocumentError

MOST_LEVELS = 20
_TOKEN = re.compile(r'\s*([()]|"[^"]*"|[^\s()"]+)')
_PLAIN = re.compile(r'(?!(?:and|or)$)[^\s()"]+', re.IGNORECASE)
"""A name that needs no quotes in the text of a trigger."""
_EXAMPLE = "Write names with and, or and brackets: good and (left or right)."


def trigger_text(condition: Any) -> str:
    """A trigger as text that `read_trigger` reads back: `good and (left or right)`."""
    return _said(condition, "", MOST_LEVELS)


def read_trigger(text: str) -> Any:
    """The trigger that a text says: a name, or `and` and `or` of names, with brackets; `None` for an empty text.

    `and` binds stronger than `or`, as in most languages; a name with blanks in it stands in quotes.

    Raises:
        DocumentError: It cannot be read; it says where.
    """
    tokens = _TOKEN.findall(text)
    if not tokens:
        return None
    if text.count('"') % 2:
        raise DocumentError("A quote of this trigger is not closed.", _EXAMPLE)
    reader = _Reader(tokens)
    condition = reader.any_of(MOST_LEVELS)
    if reader.rest:
        raise DocumentError(f"{reader.rest[0]!r} is unexpected in this trigger.", _EXAMPLE)
    return condition


def _said(condition: Any, around: str, levels: int) -> str:
    if isinstance(condition, str):
        return condition if _PLAIN.fullmatch(condition) else f'"{condition}"'
    if not isinstance(condition, Mapping) or not levels:
        return ""
    operator = "and" if "and" in condition else "or"
    parts = condition.get(operator)
    said = [_said(part, operator, levels - 1) for part in parts] if isinstance(parts, list) else []
    text = f" {operator} ".join(part for part in said if part)
    return f"({text})" if around and len(said) > 1 else text


class _Reader:
    """Reads a trigger from its words, the first of `rest` next."""

    def __init__(self, tokens: list[str]) -> None:
        self.rest = tokens

    def any_of(self, levels: int) -> Any:
        return self._chain("or", lambda: self._chain("and", lambda: self._one(levels)))

    def _chain(self, operator: str, part: Callable[[], Any]) -> Any:
        parts = [part()]
        while self.rest and self.rest[0].lower() == operator:
            self.rest = self.rest[1:]
            parts.append(part())
        return parts[0] if len(parts) == 1 else {operator: parts}

    def _one(self, levels: int) -> Any:
        if not self.rest or self.rest[0] == ")" or self.rest[0].lower() in ("and", "or"):
            found = f"before {self.rest[0]!r}" if self.rest else "at the end"
            raise DocumentError(f"A name is missing {found} of this trigger.", _EXAMPLE)
        word, self.rest = self.rest[0], self.rest[1:]
        if word != "(":
            return word.strip('"')
        if not levels:
            raise DocumentError("This trigger is nested too deep.", HOW)
        inside = self.any_of(levels - 1)
        if not self.rest:
            raise DocumentError("A bracket of this trigger is not closed.", _EXAMPLE)
        if self.rest[0] != ")":
            raise DocumentError(f"{self.rest[0]!r} is unexpected in this trigger.", _EXAMPLE)
        self.rest = self.rest[1:]
        return inside
