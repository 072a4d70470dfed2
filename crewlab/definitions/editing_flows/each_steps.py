"""The steps within an each: add, rename, remove, move. They are known by position."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from crewlab.definitions.editing import Path, free_name, set_value, value_at
from crewlab.definitions.editing_flows.renaming import Document, with_renamed_inner
from crewlab.definitions.editing_flows.steps import require_name, starter_action, swapped


def inner_names(document: Mapping[str, Any], path: Path) -> list[str]:
    """The names of the steps in the list at `path`, in order."""
    return [str(item.get("name") or "") for item in _inner(document, path)]


def add_inner(document: Mapping[str, Any], path: Path, call: str) -> Document:
    """Append a step that is carried out after the others, for each item."""
    name = free_name(inner_names(document, path), "then")
    return set_value(document, path, [*_inner(document, path), {"name": name, "action": starter_action(call)}])


def rename_inner(document: Mapping[str, Any], path: Path, index: int, new: str) -> Document:
    """Rename a step, and what later steps of the same item read of it.

    Raises:
        DocumentError: The name is taken, or is none that a step may have.
    """
    names, items = inner_names(document, path), _inner(document, path)
    require_name(new, [*names[:index], *names[index + 1 :]], "step")
    later = [with_renamed_inner(item, ("outputs", names[index]), new) for item in items[index + 1 :]]
    return set_value(document, path, [*items[:index], {**items[index], "name": new}, *later])


def remove_inner(document: Mapping[str, Any], path: Path, index: int) -> Document:
    """Remove a step; what reads it is left, for the checks to tell."""
    items = _inner(document, path)
    return set_value(document, path, items[:index] + items[index + 1 :])


def move_inner(document: Mapping[str, Any], path: Path, index: int, by: int) -> Document:
    """Carry out a step earlier (-1) or later (+1); at the end it stays."""
    return set_value(document, path, swapped(_inner(document, path), index, by))


def _inner(document: Mapping[str, Any], path: Path) -> list[Any]:
    items = value_at(document, path)
    return [copy.deepcopy(item) for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
