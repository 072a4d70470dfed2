"""Entries that a document could not take over: kept until they are corrected or put back, and told as problems."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crewlab.definitions.editing import Path
from crewlab.definitions.problem import Problem
from crewlab.ui.holder import refused_entries

REFUSED = "entry.refused"
"""The id of the problem that a refused entry is."""

Moved = Callable[[Path], Path | None]
"""Where the thing at a path is now; `None` when it is gone."""


@dataclass(frozen=True)
class Refusal:
    """What was typed into one field, and why it was refused."""

    value: Any
    message: str

    def as_problem(self, where: str) -> Problem:
        """A warning at `where`: the crew can run, without this entry."""
        hint = "Correct it, or put back what the definition has: saved and run is what it has."
        return Problem(id=REFUSED, where=where, what=self.message, severity="warning", hint=hint)


def refusals(draft_id: str) -> dict[Path, Refusal]:
    """What waits to be corrected in one draft, by the place of its field."""
    return dict(refused_entries().get(draft_id, {}))


def refuse(draft_id: str, path: Path, refusal: Refusal) -> None:
    """Keep an entry, over page changes and reloads, until this process ends."""
    refused_entries().setdefault(draft_id, {})[path] = refusal


def forget(draft_id: str, path: Path) -> None:
    """Drop the entry of one field, if there is one."""
    refused_entries().get(draft_id, {}).pop(path, None)


def forget_all(draft_id: str) -> None:
    """Drop every entry of a draft; call it when another document takes its place."""
    refused_entries().pop(draft_id, None)


def hand_over(draft_id: str, new_draft_id: str) -> None:
    """Let the entries follow a draft whose first version was saved."""
    if entries := refused_entries().pop(draft_id, None):
        refused_entries()[new_draft_id] = entries


def relocate(draft_id: str, moved: Moved) -> None:
    """Let the entries follow what they belong to."""
    places = {path: moved(path) for path in refusals(draft_id)}
    kept = {new: refusal for path, refusal in refusals(draft_id).items() if (new := places[path]) is not None}
    refused_entries()[draft_id] = kept


def task_moves(change: Callable[[int], int | None]) -> Moved:
    """`relocate` for tasks, which are known by position."""
    return item_moves(("tasks",), change)


def item_moves(place: Path, change: Callable[[int], int | None]) -> Moved:
    """`relocate` for the items of the list at `place`, which are known by position."""

    def moved(path: Path) -> Path | None:
        if path[: len(place)] != place or len(path) <= len(place) or not isinstance(path[len(place)], int):
            return path
        index = change(int(path[len(place)]))
        return None if index is None else (*place, index, *path[len(place) + 1 :])

    return moved


def part_becomes(part: str, old: str, new: str | None) -> Moved:
    """`relocate` for an agent, a step or a field that is renamed, or with `None` removed."""

    def moved(path: Path) -> Path | None:
        if path[:2] != (part, old):
            return path
        return None if new is None else (part, new, *path[2:])

    return moved
