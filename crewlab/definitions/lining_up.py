"""Which task or agent of one document is which of another, renamed ones included."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from crewlab.definitions.crew.goals import whole_goal
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.shape import in_crew_shape

ALIKE = 0.6
"""Share of common words from which two texts are one, reworded."""
COMPARED_WORDS = 300
MOST_PAIRS = 10_000
"""Of parts that only one document has; above it, only those of the very same words are one, renamed."""

Pair = tuple[str | None, str | None]
"""(a, a) the same, (a, b) renamed, (a, None) removed, (None, b) added."""


def line_up_tasks(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Pair]:
    """The tasks of two documents side by side, in the order of `before`; added ones where they stand in `after`."""
    return line_up(_texts(before, "tasks"), _texts(after, "tasks"))


def line_up_agents(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Pair]:
    """The agents of two documents side by side, as for tasks."""
    return line_up(_texts(before, "agents"), _texts(after, "agents"))


def line_up_steps(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Pair]:
    """What two documents do, side by side: the tasks of a crew, or the steps of a flow."""
    return line_up(_done(before), _done(after))


def steps_of(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What a document does, by name: the tasks of a crew, or the steps of a flow."""
    if kind_of(document) == "crew":
        return tasks_of(document)
    methods = document.get("methods")
    items = methods.items() if isinstance(methods, Mapping) else []
    return {str(name): step for name, step in items if isinstance(step, Mapping)}


def _done(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """The words by which tasks and steps are recognised."""
    if kind_of(document) == "crew":
        return _texts(document, "tasks")
    steps = steps_of(document).items()
    return {name: json.dumps(step.get("do"), default=str).split()[:COMPARED_WORDS] for name, step in steps}


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


def line_up(before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]) -> list[Pair]:
    """Parts side by side: those of one name, then those whose words are most alike."""
    renamed = _renamed(before, after)
    lefts = {renamed.get(name, name): name for name in before if name in after or name in renamed}
    pairs: list[Pair] = [(name, name if name in after else renamed.get(name)) for name in before]
    place = {right: index for index, (_, right) in enumerate(pairs) if right is not None}
    behind: dict[int, list[Pair]] = {}
    last = -1
    for name in after:
        if name in lefts:
            last = place[name]
        else:
            behind.setdefault(last, []).append((None, name))
    found = list(behind.get(-1, ()))
    for index, pair in enumerate(pairs):
        found.extend((pair, *behind.get(index, ())))
    return found


def _renamed(before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The most alike first, each once."""
    gone, new = [name for name in before if name not in after], [name for name in after if name not in before]
    found = _equal({name: before[name] for name in gone}, {name: after[name] for name in new})
    gone = [name for name in gone if name not in found]
    new = [name for name in new if name not in set(found.values())]
    if len(gone) * len(new) > MOST_PAIRS:
        return found
    scored = [(_likeness(before[old], after[name]), old, name) for old in gone for name in new]
    taken: set[str] = set()
    for score, old, name in sorted(scored, key=lambda item: -item[0]):
        if score >= ALIKE and old not in found and name not in taken:
            found[old] = name
            taken.add(name)
    return found


def _equal(gone: Mapping[str, Sequence[str]], new: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Those of the very same words; none of them without words."""
    by_words: dict[tuple[str, ...], list[str]] = {}
    for name, words in new.items():
        by_words.setdefault(tuple(words), []).append(name)
    found: dict[str, str] = {}
    for name, words in gone.items():
        if words and (same := by_words.get(tuple(words))):
            found[name] = same.pop(0)
    return found


def _likeness(left: Sequence[str], right: Sequence[str]) -> float:
    """Above `ALIKE` the share of common words in order, otherwise 0."""
    if not left or not right or 2 * (Counter(left) & Counter(right)).total() < ALIKE * (len(left) + len(right)):
        return 0.0
    return SequenceMatcher(None, left, right, autojunk=False).ratio()
