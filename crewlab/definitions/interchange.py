"""Documents that come from crewAI, and go to it: what is changed on the way, field by field. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from crewlab.definitions.crew import default_process, dependencies, waits
from crewlab.definitions.shape import in_crew_shape
from crewlab.errors import DocumentError


class Note(NamedTuple):
    """One thing that is not as it was."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class Translated(NamedTuple):
    """A document on the other side, and what became different."""

    document: dict[str, Any]
    notes: tuple[Note, ...]


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
        kept = tuple(Note(_place(task), f"kept, and without effect: {reason}") for task in asynchronous)
        return Translated(dict(document), kept)
    notes = [Note("process", "parallel instead of sequential: a task starts once what it is given is done")]
    notes += [Note(_place(task), _became(task)) for task in asynchronous]
    return Translated({**shaped, "process": "parallel", "tasks": [_with_edges(task) for task in tasks]}, tuple(notes))


def as_crewai(document: Mapping[str, Any]) -> Translated:
    """The document as crewAI runs it: sequential, tasks in an order that respects their contexts.

    Raises:
        DocumentError: Tasks wait for each other in a circle.
    """
    shaped = in_crew_shape(document)
    notes: list[Note] = []
    if default_process(shaped) == "parallel":
        shaped = _in_order(shaped)
        notes.append(Note("process", "sequential instead of parallel: crewAI runs the tasks one after the other"))
    shaped = _with_models(shaped, notes)
    if shaped.pop("executor", None):
        notes.append(Note("executor", "left out: crewAI has no other agent loop than its own"))
    tasks = shaped.get("tasks")
    if isinstance(tasks, list):
        shaped["tasks"] = [_plain_task(task, notes) if isinstance(task, Mapping) else task for task in tasks]
    return Translated(shaped, tuple(notes))


def _is_asynchronous(task: Mapping[str, Any]) -> bool:
    return task.get("async_execution") not in (None, False, "false", "no", "off", 0, "")


def _place(task: Mapping[str, Any]) -> str:
    return f"tasks.{task.get('name')}.async_execution"


def _why_not(shaped: Mapping[str, Any], asynchronous: list[Mapping[str, Any]]) -> str:
    """What stands against edges, or an empty text."""
    if default_process(shaped) != "sequential":
        return f"a {default_process(shaped)} crew decides by itself what runs at once"
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


def _in_order(shaped: Mapping[str, Any]) -> dict[str, Any]:
    """The tasks after all that they wait for, otherwise in the order of the document, with their contexts written."""
    tasks, reads = list(shaped["tasks"]), dependencies(shaped)
    order = _order(waits(shaped))
    names = [str(task.get("name")) for task in tasks]
    written = [{**task, "context": [names[other] for other in reads[index]]} for index, task in enumerate(tasks)]
    return {**shaped, "process": "sequential", "tasks": [written[index] for index in order]}


def _order(needs: Sequence[Sequence[int]]) -> list[int]:
    """The first task that has all it waits for, again and again: the last of the document stays last if it can."""
    order: list[int] = []
    while len(order) < len(needs):
        rest = (index for index in range(len(needs)) if index not in order)
        ready = next((index for index in rest if set(needs[index]) <= set(order)), None)
        if ready is None:
            raise DocumentError("Some tasks wait for each other in a circle.", "Correct their contexts first.")
        order.append(ready)
    return order


def _with_models(shaped: dict[str, Any], notes: list[Note]) -> dict[str, Any]:
    """crewAI knows no model of the whole crew, so each agent without one gets it."""
    llm, agents = shaped.get("llm"), shaped.get("agents")
    if not llm or not isinstance(agents, Mapping):
        return dict(shaped)
    notes.append(Note("llm", "given to each agent that names no model of its own: crewAI has none for a whole crew"))
    given = {
        name: {**agent, "llm": agent.get("llm") or llm} if isinstance(agent, Mapping) else agent
        for name, agent in agents.items()
    }
    return {**{name: value for name, value in shaped.items() if name != "llm"}, "agents": given}


def _plain_task(task: Mapping[str, Any], notes: list[Note]) -> dict[str, Any]:
    plain, where = dict(task), f"tasks.{task.get('name')}"
    if isinstance(plain.get("condition"), str):
        text = plain.pop("condition")
        plain.pop("type", None)
        notes.append(Note(f"{where}.condition", f"left out, the task always runs: crewAI has no expressions ({text})"))
    if isinstance(plain.get("human_input"), Mapping):
        plain["human_input"] = True
        notes.append(Note(f"{where}.human_input", "true: crewAI asks on the terminal, in words of its own"))
    return plain
