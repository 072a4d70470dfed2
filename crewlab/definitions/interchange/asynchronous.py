"""crewAI's `async_execution` as edges of a parallel crew: what is changed on the way, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.crew import default_process
from crewlab.definitions.interchange.notes import Note, Translated
from crewlab.definitions.shape import in_crew_shape


def from_crewai(document: Mapping[str, Any]) -> Translated:
    """The document with `async_execution` turned into edges of a parallel crew, where that keeps what tasks are given.

    A document without asynchronous tasks comes back as it is.
    """
    shaped = in_crew_shape(document)
    tasks = shaped.get("tasks")
    if not isinstance(tasks, list) or not all(isinstance(task, Mapping) for task in tasks):
        return Translated(dict(document), ())
    asynchronous = [task for task in tasks if _is_asynchronous(task)]
    if not asynchronous:
        return Translated(dict(document), ())
    reason = _why_not(shaped, asynchronous)
    if reason:
        kept = tuple(Note(_place(task), f"kept: {reason}") for task in asynchronous)
        return Translated(dict(document), kept)
    notes = [Note("process", "parallel instead of sequential: a task starts once what it is given is done")]
    notes += [Note(_place(task), _became(task)) for task in asynchronous]
    return Translated({**shaped, "process": "parallel", "tasks": [_with_edges(task) for task in tasks]}, tuple(notes))


def _is_asynchronous(task: Mapping[str, Any]) -> bool:
    return task.get("async_execution") not in (None, False, "false", "no", "off", 0, "")


def _place(task: Mapping[str, Any]) -> str:
    return f"tasks.{task.get('name')}.async_execution"


def _why_not(shaped: Mapping[str, Any], asynchronous: list[Mapping[str, Any]]) -> str:
    """What stands against edges, or an empty text."""
    if default_process(shaped) != "sequential":
        return f"and without effect, since a {default_process(shaped)} crew decides by itself what runs at once"
    if shaped.get("memory"):
        return "with memory, what a task remembers depends on the order of all tasks"
    if any(not isinstance(task.get("context", []), list | None) for task in asynchronous):
        return "its context is not a list of tasks"
    names = [task.get("name") for task in shaped["tasks"]]
    return "" if len(set(names)) == len(names) else "two tasks have the same name"


def _became(task: Mapping[str, Any]) -> str:
    if task.get("context") is None:
        return "became the context [], since crewAI gives an asynchronous task without a context nothing"
    read = ", ".join(map(str, task["context"])) or "nothing"
    return f"left out: the task runs beside the others once its context is done ({read})"


def _with_edges(task: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in task.items() if name != "async_execution"}
    if _is_asynchronous(task) and plain.get("context") is None:
        plain["context"] = []
    return plain
