"""Where a part of a document is by now: a person acts on what was on the screen when somebody has changed it since."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from crewlab.definitions.editing import Document, Path, set_value, value_at
from crewlab.definitions.editing_flows.states import is_editable_state, state_rows
from crewlab.definitions.kinds import kind_of
from crewlab.errors import PartGoneError

FIELDS = "state.fields"
"""Stands for the fields of a flow's state, which a document describes in two places."""


def listings(document: Mapping[str, Any]) -> dict[Path, list[str]]:
    """The names of all parts that can be moved, renamed or removed, by the place that lists them, outer ones first.

    What has no name, such as a guardrail, is known by what it says.
    """
    return dict(_of_flow(document) if kind_of(document) == "flow" else _of_crew(document))


def follow(before: Sequence[str], now: Sequence[str], index: int) -> int | None:
    """Where the part is that was at `index` among the names `before`; `None` when it is gone."""
    name, is_as_long = before[index], len(before) == len(now)
    if is_as_long and now[index] == name:
        return index
    if before.count(name) == now.count(name) == 1:
        return now.index(name)
    is_renamed = is_as_long and name not in now and now[index] not in before
    return index if is_renamed else None


def place_now(shown: Mapping[str, Any], now: Mapping[str, Any], path: Path) -> Path | None:
    """Where in `now` that is which `path` named in the document as it was shown; `None` when it is gone."""
    before, after = listings(shown), listings(now)
    place: Path = ()
    for position, step in enumerate(path):
        names = before.get(path[:position])
        if names is None:
            place = (*place, step)
            continue
        index = _index(names, step)
        found = None if index is None else follow(names, after.get(place, []), index)
        if found is None:
            return None if index is not None else (*place, *path[position:])
        place = (*place, found if isinstance(step, int) else after[place][found])
    return place


def require_place(shown: Mapping[str, Any], now: Mapping[str, Any], path: Path) -> Path:
    """`place_now`; raises `PartGoneError` when it is gone."""
    place = place_now(shown, now, path)
    if place is None:
        raise PartGoneError(
            "What this was meant for is not there any more. It was removed meanwhile.", "Nothing was changed."
        )
    return place


def carry_over(
    shown: Mapping[str, Any], now: Mapping[str, Any], path: Path, write: Callable[[Document], Document]
) -> Document:
    """`now` with the change that `write` makes, to the document that was shown, in the part at `path`.

    Raises:
        PartGoneError: The part is gone, or it has another place or name by now and the change goes beyond it.
    """
    place = require_place(shown, now, path)
    if place == path:
        return write(dict(now))
    length, changed = _length_of_part(shown, path), write(dict(shown))
    part, target = path[:length], place[:length]
    after = value_at(changed, part)
    if not length or path[length:] != place[length:] or set_value(shown, part, after) != changed:
        raise PartGoneError("This was moved or renamed meanwhile.", "Nothing was changed; enter it once more.")
    before = value_at(shown, part)
    for name in {**before, **after}:
        if before.get(name) != after.get(name):
            now = set_value(now, (*target, name), after.get(name))
    return dict(now)


def _length_of_part(shown: Mapping[str, Any], path: Path) -> int:
    """Of the longest beginning of `path` that names a part with fields; 0 when there is none."""
    ends = [end for end in range(1, len(path)) if path[: end - 1] in listings(shown)]
    return max((end for end in ends if isinstance(value_at(shown, path[:end]), Mapping)), default=0)


def _index(names: Sequence[str], step: str | int) -> int | None:
    if isinstance(step, int):
        return step if step < len(names) else None
    return names.index(step) if step in names else None


def _of_crew(crew: Mapping[str, Any], at: Path = ()) -> Iterator[tuple[Path, list[str]]]:
    agents, tasks = crew.get("agents"), crew.get("tasks")
    yield from _of_contents(crew, (*at, "knowledge_sources"))
    if isinstance(agents, Mapping):
        yield (*at, "agents"), [str(name) for name in agents]
        for name, agent in agents.items():
            yield from _of_contents(agent, (*at, "agents", name, "knowledge_sources"))
    if isinstance(tasks, list):
        yield (*at, "tasks"), [_name(task) for task in tasks]
        for index, task in enumerate(tasks):
            yield from _of_contents(task, (*at, "tasks", index, "guardrails"))


def _of_flow(flow: Mapping[str, Any]) -> Iterator[tuple[Path, list[str]]]:
    if is_editable_state(flow):
        yield (FIELDS,), [row.name for row in state_rows(flow)]
    steps = flow.get("methods")
    if not isinstance(steps, Mapping):
        return
    yield ("methods",), [str(name) for name in steps]
    for name in steps:
        inner = value_at(flow, ("methods", name, "do", "do"))
        if isinstance(inner, list):
            yield ("methods", name, "do", "do"), [_name(item) for item in inner]


def _of_contents(body: Any, place: Path) -> Iterator[tuple[Path, list[str]]]:
    entries = body.get(place[-1]) if isinstance(body, Mapping) else None
    if isinstance(entries, list):
        yield place, [json.dumps(entry, sort_keys=True, default=str) for entry in entries]


def _name(item: Any) -> str:
    return str(item.get("name") or "") if isinstance(item, Mapping) else ""
