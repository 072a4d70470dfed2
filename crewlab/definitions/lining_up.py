"""Which task or agent of one document is which of another, renamed ones included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from crewlab.definitions.crew.goals import whole_goal
from crewlab.definitions.shape import in_crew_shape

ALIKE = 0.6
"""Share of common words from which two texts are one, reworded."""
COMPARED_WORDS = 300

Pair = tuple[str | None, str | None]
"""(a, a) the same, (a, b) renamed, (a, None) removed, (None, b) added."""


def line_up_tasks(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Pair]:
    """The tasks of two documents side by side, in the order of `before`; added ones where they stand in `after`."""
    return _line_up(_texts(before, "tasks"), _texts(after, "tasks"))


def line_up_agents(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Pair]:
    """The agents of two documents side by side, as for tasks."""
    return _line_up(_texts(before, "agents"), _texts(after, "agents"))


def tasks_of(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The tasks of a document by name; the first of two of one name."""
    tasks = in_crew_shape(document).get("tasks")
    found: dict[str, Mapping[str, Any]] = {}
    for task in tasks if isinstance(tasks, list) else []:
        if isinstance(task, Mapping):
            found.setdefault(str(task.get("name")), task)
    return found


def agents_of(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The agents of a document by name."""
    agents = in_crew_shape(document).get("agents")
    items = agents.items() if isinstance(agents, Mapping) else []
    return {str(name): body for name, body in items if isinstance(body, Mapping)}


def _texts(document: Mapping[str, Any], kind: str) -> dict[str, list[str]]:
    """The words by which parts are recognised."""
    if kind == "tasks":
        return {name: _words(body, "description", "expected_output") for name, body in tasks_of(document).items()}
    agents = {name: {**body, "goal": whole_goal(body)} for name, body in agents_of(document).items()}
    return {name: _words(body, "role", "goal", "backstory") for name, body in agents.items()}


def _words(body: Mapping[str, Any], *fields: str) -> list[str]:
    return " ".join(str(body.get(field) or "") for field in fields).split()[:COMPARED_WORDS]


def _line_up(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> list[Pair]:
    renamed = _renamed(before, after)
    pairs: list[Pair] = [(name, name if name in after else renamed.get(name)) for name in before]
    taken = {right for _, right in pairs}
    names = list(after)
    for name in (name for name in names if name not in taken):
        pairs.insert(_place(pairs, names[: names.index(name)]), (None, name))
    return pairs


def _place(pairs: Sequence[Pair], earlier: Sequence[str]) -> int:
    """Right behind the nearest earlier one."""
    rights = [right for _, right in pairs]
    return next((rights.index(name) + 1 for name in reversed(earlier) if name in rights), 0)


def _renamed(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> dict[str, str]:
    """The most alike first, each once."""
    gone, new = [name for name in before if name not in after], [name for name in after if name not in before]
    scored = [(_likeness(before[old], after[name]), old, name) for old in gone for name in new]
    found: dict[str, str] = {}
    for score, old, name in sorted(scored, key=lambda item: -item[0]):
        if score >= ALIKE and old not in found and name not in found.values():
            found[old] = name
    return found


def _likeness(left: Sequence[str], right: Sequence[str]) -> float:
    if not left and not right:
        return 0.0
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return matcher.ratio() if min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= ALIKE else 0.0
