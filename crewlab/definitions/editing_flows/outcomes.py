"""Triggers and outcomes of steps: as text, without a name, under another name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from crewlab.definitions.editing_flows.renaming import Document
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


def joined(names: list[str], operator: str) -> Any:
    """The trigger that waits for `all` or `any` of names; a single one is just its name."""
    if len(names) < 2:
        return names[0] if names else None
    return {"and" if operator == "all" else "or": list(names)}


def plain_trigger(condition: Any) -> tuple[list[str], str] | None:
    """The names of a trigger and whether `all` or `any` of them are awaited; `None` for a nested one."""
    if condition is None or condition == "":
        return [], "any"
    if isinstance(condition, str):
        return [condition], "any"
    if not isinstance(condition, Mapping) or len(condition) != 1:
        return None
    operator, parts = next(iter(condition.items()))
    if operator not in ("and", "or") or not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        return None
    return list(parts), "all" if operator == "and" else "any"


def without_signal(step: Document, name: str) -> Document:
    """A step that no longer waits for `name`; one that waited for nothing else waits for nothing."""
    for field in ("listen", "start"):
        if field in step:
            rest = _without(step[field], name)
            if rest is None:
                del step[field]
            else:
                step[field] = rest
    return step


def renamed_outcome(step: Document, old: str, new: str) -> Document:
    """A step that declares an outcome under its new name, and whose expression says the new one instead of the old."""
    feedback, route, action = step.get("human_feedback"), step.get("on_error"), step.get("do")
    if isinstance(step.get("emit"), list):
        step["emit"] = _each(step["emit"], old, new)
    if isinstance(feedback, Mapping):
        step["human_feedback"] = _renamed_feedback(dict(feedback), old, new)
    if isinstance(route, Mapping) and route.get("emit") == old:
        step["on_error"] = {**route, "emit": new}
    if isinstance(action, Mapping) and step.get("router") and isinstance(action.get("expr"), str):
        step["do"] = {**action, "expr": _literals(action["expr"], old, new)}
    return step


def _renamed_feedback(feedback: Document, old: str, new: str) -> Document:
    if isinstance(feedback.get("emit"), list):
        feedback["emit"] = _each(feedback["emit"], old, new)
    if feedback.get("default_outcome") == old:
        feedback["default_outcome"] = new
    return feedback


def _each(values: list[Any], old: str, new: str) -> list[Any]:
    return list(dict.fromkeys(new if value == old else value for value in values))


def _literals(expression: str, old: str, new: str) -> str:
    return re.sub(rf"""(["']){re.escape(old)}\1""", lambda found: f"{found[1]}{new}{found[1]}", expression)


def _without(condition: Any, name: str) -> Any:
    if isinstance(condition, str):
        return None if condition == name else condition
    if not isinstance(condition, Mapping):
        return condition
    kept: Document = {}
    for operator, parts in condition.items():
        rest = [_without(part, name) for part in parts] if isinstance(parts, list) else []
        rest = [part for part in rest if part is not None]
        if len(rest) == 1 and len(condition) == 1:
            return rest[0]
        if rest:
            kept[operator] = rest
    return kept or None


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

    def _chain(self, operator: str, part: Any) -> Any:
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
