"""Edits of a crew document, as pure functions: each returns a new document and keeps references in step.

Agents are known by name, tasks by position, because a task need not have a name.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping
from typing import Any

from crewlab.definitions.expressions.expression import renamed

Document = dict[str, Any]
Path = tuple[str | int, ...]

STARTER_MODEL: Document = {"model": "rehearsal/plain", "latency_seconds": 0.5}


def new_crew(name: str) -> Document:
    """A crew that runs as it is: two agents, two tasks, on the rehearsal model; it asks for one input, `topic`."""
    return {
        "name": name,
        "process": "parallel",
        "llm": dict(STARTER_MODEL),
        "agents": {
            "researcher": {
                "role": "Researcher",
                "goal": "Find what matters about {topic}",
                "backstory": "Reads widely and keeps only what can be checked.",
            },
            "writer": {
                "role": "Writer",
                "goal": "Make findings easy to act on",
                "backstory": "Writes short sentences for busy people.",
            },
        },
        "tasks": [
            {
                "name": "research",
                "description": "Collect the most important facts about {topic}.",
                "expected_output": "Five bullet points, each with its source.",
                "agent": "researcher",
                "context": [],
            },
            {
                "name": "report",
                "description": "Write a short report about {topic} from the research.",
                "expected_output": "Three paragraphs and a recommendation.",
                "agent": "writer",
                "context": ["research"],
            },
        ],
        "inputs": {"topic": "heat pumps"},
    }


def is_editable(document: Mapping[str, Any]) -> bool:
    """Whether forms can edit the document: named agents and a list of tasks, each an object."""
    agents, tasks = document.get("agents", {}), document.get("tasks", [])
    return (
        isinstance(agents, dict)
        and all(isinstance(agent, dict) for agent in agents.values())
        and isinstance(tasks, list)
        and all(isinstance(task, dict) for task in tasks)
    )


def set_value(document: Mapping[str, Any], path: Path, value: Any) -> Document:
    """Put `value` at `path`, making objects on the way; `None` removes the field, and makes none."""
    changed = copy.deepcopy(dict(document))
    if value is None and path[:-1] and value_at(document, path[:-1]) is None:
        return changed
    place: Any = changed
    for step in path[:-1]:
        place = place[step] if isinstance(step, int) else place.setdefault(step, {})
    if value is None and isinstance(place, list):
        place.pop(int(path[-1]))
    elif value is None:
        place.pop(path[-1], None)
    else:
        place[path[-1]] = value
    return changed


def value_at(document: Mapping[str, Any], path: Path) -> Any:
    """What is at `path`, or `None`."""
    place: Any = document
    for step in path:
        try:
            place = place[step]
        except (KeyError, IndexError, TypeError):
            return None
    return place


def free_name(taken: Collection[str], wanted: str) -> str:
    """`wanted`, or `wanted_2`, `wanted_3`, …: the first that is not taken."""
    number, name = 2, wanted
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name


def task_names(document: Mapping[str, Any]) -> list[str]:
    """The names of all tasks, in order; a task without one has an empty string."""
    return [str(task.get("name") or "") for task in document.get("tasks", [])]


def add_agent(document: Mapping[str, Any], name: str = "agent") -> Document:
    """Append an empty agent under a free name."""
    agents = document.get("agents", {})
    empty = {"role": "", "goal": "", "backstory": ""}
    return set_value(document, ("agents", free_name(agents, name)), empty)


def duplicate_agent(document: Mapping[str, Any], name: str) -> Document:
    """Append a copy of an agent under a free name."""
    agents = document["agents"]
    return set_value(document, ("agents", free_name(agents, name)), copy.deepcopy(agents[name]))


def rename_agent(document: Mapping[str, Any], old: str, new: str) -> Document:
    """Rename an agent in its place, and in the tasks and the crew that refer to it."""
    changed = copy.deepcopy(dict(document))
    changed["agents"] = {new if name == old else name: agent for name, agent in changed["agents"].items()}
    for place in [*changed.get("tasks", []), {}]:
        if place.get("agent") == old:
            place["agent"] = new
    if changed.get("manager_agent") == old:
        changed["manager_agent"] = new
    return changed


def remove_agent(document: Mapping[str, Any], name: str) -> Document:
    """Remove an agent; its tasks are left without one."""
    changed = copy.deepcopy(dict(document))
    changed["agents"].pop(name, None)
    for task in changed.get("tasks", []):
        if task.get("agent") == name:
            del task["agent"]
    if changed.get("manager_agent") == name:
        del changed["manager_agent"]
    return changed


def move_agent(document: Mapping[str, Any], name: str, by: int) -> Document:
    """Move an agent up (-1) or down (+1) in the list; at the end it stays."""
    changed = copy.deepcopy(dict(document))
    items = list(changed["agents"].items())
    _swap(items, list(changed["agents"]).index(name), by)
    changed["agents"] = dict(items)
    return changed


def add_task(document: Mapping[str, Any], name: str = "task") -> Document:
    """Append a task that is given the result of the one before it, for the first agent."""
    changed = copy.deepcopy(dict(document))
    names = task_names(changed)
    task: Document = {"name": free_name(names, name), "description": "", "expected_output": ""}
    if agents := list(changed.get("agents", {})):
        task["agent"] = agents[0]
    task["context"] = names[-1:] if names and names[-1] else []
    changed.setdefault("tasks", []).append(task)
    return changed


def duplicate_task(document: Mapping[str, Any], index: int) -> Document:
    """Put a copy of a task, under a free name, right after it."""
    changed = copy.deepcopy(dict(document))
    task = copy.deepcopy(changed["tasks"][index])
    task["name"] = free_name(task_names(changed), str(task.get("name") or "task"))
    changed["tasks"].insert(index + 1, task)
    return changed


def rename_task(document: Mapping[str, Any], index: int, new: str) -> Document:
    """Rename a task, and every context and condition that refers to it."""
    changed = copy.deepcopy(dict(document))
    old = changed["tasks"][index].get("name")
    changed["tasks"][index]["name"] = new
    if old:
        _each_context(changed, lambda names: [new if name == old else name for name in names])
        _each_condition(changed, str(old), new)
    return changed


def remove_task(document: Mapping[str, Any], index: int) -> Document:
    """Remove a task, and its name from every context."""
    changed = copy.deepcopy(dict(document))
    gone = changed["tasks"].pop(index).get("name")
    if gone:
        _each_context(changed, lambda names: [name for name in names if name != gone])
    return changed


def move_task(document: Mapping[str, Any], index: int, by: int) -> Document:
    """Move a task up (-1) or down (+1) in the order; at the end it stays."""
    changed = copy.deepcopy(dict(document))
    _swap(changed["tasks"], index, by)
    return changed


def _each_context(document: Document, change: Callable[[list[Any]], list[Any]]) -> None:
    for task in document["tasks"]:
        if isinstance(task.get("context"), list):
            task["context"] = change(task["context"])


def _each_condition(document: Document, old: str, new: str) -> None:
    for task in document["tasks"]:
        if isinstance(condition := task.get("condition"), str) and old in condition:
            task["condition"] = renamed(condition, old, new)


def _swap(items: list[Any], index: int, by: int) -> None:
    other = index + by
    if 0 <= other < len(items):
        items[index], items[other] = items[other], items[index]


def with_model(llm: Any, model: str | None) -> Any:
    """`llm` naming another model, or none.

    Parameters stay, unless the change is between the rehearsal model and a real one: they share none.
    """
    if not model:
        return None
    values = dict(llm) if isinstance(llm, Mapping) else {"model": llm or ""}
    same_kind = _is_rehearsal(str(values.get("model"))) == _is_rehearsal(model)
    parameters = {key: value for key, value in values.items() if key != "model"} if same_kind else {}
    return {"model": model, **parameters} if parameters else model


def with_parameters(llm: Any, parameters: Mapping[str, Any]) -> Any:
    """`llm` with these parameters instead of its own; text when there are none."""
    model = llm.get("model", "") if isinstance(llm, Mapping) else llm
    rest = {key: value for key, value in parameters.items() if key != "model"}
    return {"model": model, **rest} if rest else model


def _is_rehearsal(model: str) -> bool:
    return model.startswith("rehearsal/")
