"""What changed between two documents, by agent and task instead of by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from crewlab.definitions.lining_up import Pair, agents_of, line_up_agents, line_up_tasks, tasks_of
from crewlab.definitions.shape import in_crew_shape

__all__ = ["Change", "diff", "line_up_agents", "line_up_tasks"]

Kind = Literal["added", "removed", "changed", "renamed", "moved"]


class Change(NamedTuple):
    """One difference. `path` is where it is in `after`, or in `before` for what was removed."""

    path: str
    before: Any
    after: Any
    kind: Kind


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every difference, the crew's own fields first, then agents, then tasks.

    A renamed agent or task is one change, and fields that only follow the new name are none. `moved` is a task at
    another place among those that both have.
    """
    agents, tasks = line_up_agents(before, after), line_up_tasks(before, after)
    new_names = {"agent": _renames(agents), "manager_agent": _renames(agents), "context": _renames(tasks)}
    return [
        *_fields("", _own(before), _own(after), new_names),
        *_parts("agents", agents, agents_of(before), agents_of(after), new_names),
        *_parts("tasks", tasks, tasks_of(before), tasks_of(after), new_names),
        *_moved(tasks, list(tasks_of(after))),
    ]


def _own(document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in in_crew_shape(document).items() if key not in ("agents", "tasks")}


def _renames(pairs: Iterable[Pair]) -> dict[str, str]:
    return {left: right for left, right in pairs if left and right and left != right}


def _parts(
    kind: str,
    pairs: Iterable[Pair],
    before: Mapping[str, Mapping[str, Any]],
    after: Mapping[str, Mapping[str, Any]],
    new_names: Mapping[str, Mapping[str, str]],
) -> Iterator[Change]:
    for left, right in pairs:
        if right is None:
            yield Change(f"{kind}.{left}", before[str(left)], None, "removed")
        elif left is None:
            yield Change(f"{kind}.{right}", None, after[right], "added")
        else:
            if left != right:
                yield Change(f"{kind}.{right}", left, right, "renamed")
            old, new = ({**body, "name": right} for body in (before[left], after[right]))
            yield from _fields(f"{kind}.{right}.", old, new, new_names)


def _fields(
    prefix: str, before: Mapping[str, Any], after: Mapping[str, Any], new_names: Mapping[str, Mapping[str, str]]
) -> Iterator[Change]:
    for field in dict.fromkeys([*before, *after]):
        old, new = before.get(field), after.get(field)
        if _renamed(old, new_names.get(field, {})) != new:
            yield Change(f"{prefix}{field}", old, new, _kind(old, new))


def _kind(old: Any, new: Any) -> Kind:
    if old is None:
        return "added"
    return "removed" if new is None else "changed"


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """What a reference would be if only the names had changed."""
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def _moved(pairs: Iterable[Pair], order: list[str]) -> Iterator[Change]:
    """Tasks that are not in the longest run of tasks that kept their order."""
    common = [right for left, right in pairs if left and right]
    places = [order.index(name) for name in common]
    kept = _longest_rising(places)
    for number, (name, place) in enumerate(zip(common, places, strict=True), start=1):
        if place not in kept:
            yield Change(f"tasks.{name}", number, place + 1, "moved")


def _longest_rising(places: list[int]) -> set[int]:
    best: list[list[int]] = []
    for index, place in enumerate(places):
        shorter = [best[i] for i in range(index) if places[i] < place]
        best.append([*max(shorter, key=len, default=[]), place])
    longest: list[int] = max(best, key=len, default=[])
    return set(longest)
