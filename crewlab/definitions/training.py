"""A crew unrolled for training: its tasks several times over, a person judging each, then what every agent learns.

crewAI trains by running a crew again and again in one process that waits for the keyboard. The same as one document is
an execution like any other: it waits without holding anything, survives a restart, can be resumed and has a cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.crew import CrewDocument, dependencies, parse_crew
from crewlab.definitions.shape import in_crew_shape

Document = dict[str, Any]

MOST_ITERATIONS = 20
LEARNS_FROM = "learns_from"
"""Field of a task that sums up what a person said of other tasks: their names."""
_LEFT_OUT = ("output_file", "human_input", "callback", "async_execution", "condition")
"""What a task does besides its output, and what training has its own way of: every task is trained."""


_QUESTION = {
    "human_input": {"once": True, "prompt": "Say what to do better. Your words are what the agent learns from."}
}


def training_document(document: Mapping[str, Any], iterations: int) -> Document:
    """The crew `document` unrolled `iterations` times, one task after the other as crewAI trains.

    Every task of an agent asks a person once; agents are told in later rounds what was said of their tasks in earlier
    ones. What a manager does for nobody in particular is not asked about: nobody would learn from it.
    """
    crew, plain = parse_crew(document), in_crew_shape(document)
    rounds = [_round(crew, plain["tasks"], number) for number in range(1, iterations + 1)]
    process = "hierarchical" if crew.process == "hierarchical" else "sequential"
    tasks = [task for tasks in rounds for task in tasks]
    return {**plain, "process": process, "planning": False, "tasks": [*tasks, *_lessons(crew, iterations)]}


def round_name(task_name: str, number: int) -> str:
    """What the task is called in round `number`, from 1."""
    return f"{task_name}, round {number}"


def lesson_name(agent: str) -> str:
    """What the task is called that sums up for `agent`."""
    return f"lessons for {agent}"


def _round(crew: CrewDocument, tasks: list[Document], number: int) -> list[Document]:
    links = dependencies(crew)
    return [
        {
            **{field: value for field, value in task.items() if field not in _LEFT_OUT},
            "name": round_name(crew.tasks[index].name, number),
            "context": [round_name(crew.tasks[other].name, number) for other in links[index]],
            **({} if crew.tasks[index].agent is None else _QUESTION),
        }
        for index, task in enumerate(tasks)
    ]


def _lessons(crew: CrewDocument, iterations: int) -> list[Document]:
    """One task for each agent that has worked: crewAI asks the agent's own model what to learn."""
    done_by: dict[str, list[str]] = {}
    for number in range(1, iterations + 1):
        for task in crew.tasks:
            if task.agent is not None:
                done_by.setdefault(task.agent, []).append(round_name(task.name, number))
    return [
        {
            "name": lesson_name(agent),
            "description": f"Sum up what a person said of the outputs of {agent}.",
            "expected_output": "Instructions to follow from now on",
            "agent": agent,
            "context": names,
            LEARNS_FROM: names,
        }
        for agent, names in done_by.items()
    ]


def is_training(document: Mapping[str, Any]) -> bool:
    """Whether a document was unrolled for training."""
    return any(isinstance(task, Mapping) and task.get(LEARNS_FROM) for task in document.get("tasks") or ())


def learned(document: Mapping[str, Any], outputs: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Agent -> instructions, from the outputs of a completed training by the names of its tasks."""
    lessons = {task["name"]: task["agent"] for task in document["tasks"] if task.get(LEARNS_FROM)}
    found = {agent: tuple(str(one) for one in outputs[name]["suggestions"]) for name, agent in lessons.items()}
    return {agent: instructions for agent, instructions in found.items() if instructions}
