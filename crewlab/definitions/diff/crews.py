"""What changed between two crews, by agent and task."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crewlab.definitions.diff.changes import Change, field_changes, in_path
from crewlab.definitions.diff.words import longest_rising
from crewlab.definitions.lining_up import Pair, agents_of, line_up_agents, line_up_tasks, tasks_of
from crewlab.definitions.shape import in_crew_shape

_OBJECTS = ("llm", "function_calling_llm", "planning_config", "memory", "config")
"""Fields whose own fields are told apart, where they are objects."""
_PARTS = ("agents", "tasks")

Names = Mapping[str, Mapping[str, str]]
"""By the field that refers to it: what each old name has become."""


def crew_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every difference, the crew's own fields first, then agents, then tasks.

    A renamed agent or task is one change, and fields that only follow the new name are none. `moved` is a task at
    another place among those that both have.
    """
    agents, tasks = line_up_agents(before, after), line_up_tasks(before, after)
    names = {"agent": _renames(agents), "manager_agent": _renames(agents), "context": _renames(tasks)}
    return [
        *_fields("", _own(before), _own(after), names),
        *_parts("agents", agents, agents_of(before), agents_of(after), names),
        *_parts("tasks", tasks, tasks_of(before), tasks_of(after), names),
        *_moved(tasks, list(tasks_of(after))),
    ]


def _own(document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in in_crew_shape(document).items() if key not in _PARTS}


def _renames(pairs: Iterable[Pair]) -> dict[str, str]:
    return {left: right for left, right in pairs if left and right and left != right}


def _parts(
    kind: str,
    pairs: Iterable[Pair],
    before: Mapping[str, Mapping[str, Any]],
    after: Mapping[str, Mapping[str, Any]],
    names: Names,
) -> Iterator[Change]:
    for left, right in pairs:
        if right is None:
            yield Change(f"{kind}.{in_path(str(left))}", before[str(left)], None, "removed")
        elif left is None:
            yield Change(f"{kind}.{in_path(right)}", None, after[right], "added")
        else:
            if left != right:
                yield Change(f"{kind}.{in_path(right)}", left, right, "renamed")
            old, new = ({**body, "name": right} for body in (before[left], after[right]))
            yield from _fields(f"{kind}.{in_path(right)}.", old, new, names)


def _fields(prefix: str, before: Mapping[str, Any], after: Mapping[str, Any], names: Names) -> Iterator[Change]:
    def translate(field: str, value: Any) -> Any:
        return _renamed(value, names.get(field, {}))

    return field_changes(prefix, before, after, translate, within=_OBJECTS)


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """What a reference would be if only the names had changed."""
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def _moved(pairs: Iterable[Pair], order: list[str]) -> Iterator[Change]:
    """Tasks that are not in the longest run of tasks that kept their order."""
    common = [right for left, right in pairs if left and right]
    place_of = {name: place for place, name in enumerate(order)}
    places = [place_of[name] for name in common]
    kept = {places[index] for index in longest_rising(places)}
    for number, (name, place) in enumerate(zip(common, places, strict=True), start=1):
        if place not in kept:
            yield Change(f"tasks.{in_path(name)}", number, place + 1, "moved")
