"""A crew as crewAI itself runs it: sequential, with models where crewAI looks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crewlab.definitions.crew import default_process, dependencies, waits
from crewlab.definitions.crew.goals import with_whole_goal
from crewlab.definitions.interchange.notes import Note, Translated
from crewlab.definitions.shape import in_crew_shape
from crewlab.errors import DocumentError


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
    if isinstance(agents := shaped.get("agents"), Mapping):
        shaped["agents"] = {name: _plain_agent(str(name), agent, notes) for name, agent in agents.items()}
    tasks = shaped.get("tasks")
    if isinstance(tasks, list):
        shaped["tasks"] = [_plain_task(task, notes) if isinstance(task, Mapping) else task for task in tasks]
    return Translated(shaped, tuple(notes))


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


def _plain_agent(name: str, agent: Any, notes: list[Note]) -> Any:
    if not isinstance(agent, Mapping):
        return agent
    plain = with_whole_goal(agent)
    if agent.get("goals"):
        notes.append(Note(f"agents.{name}.goals", "numbered lines of the goal: crewAI has one goal for each agent"))
    if plain.pop("description", None):
        notes.append(Note(f"agents.{name}.description", "left out: crewAI has no place for it"))
    return plain


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
