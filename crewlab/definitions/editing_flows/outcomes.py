"""Triggers and outcomes of steps: all or any of names, without a name, under another name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from crewlab.definitions.editing_flows.renaming import Document


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
