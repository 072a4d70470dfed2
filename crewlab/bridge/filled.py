"""A document with its inputs filled in, ready to become crewAI objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.crew import AgentDocument, CrewDocument, TaskDocument, parse_crew
from crewlab.definitions.human_input import TEXTS as QUESTION_TEXTS
from crewlab.definitions.human_input import HumanInputDocument
from crewlab.definitions.placeholders import AGENT_TEXTS, TASK_TEXTS, interpolate, with_defaults


def filled(document: Mapping[str, Any], inputs: Mapping[str, Any]) -> CrewDocument:
    """The crew with every placeholder replaced, by the given input or else by the document's own.

    Raises:
        DocumentError: It is not a crew.
        InputsError: A placeholder has no value.
    """
    crew, values = parse_crew(document), with_defaults(document, inputs)
    agents = {name: _agent(agent, values) for name, agent in crew.agents.items()}
    tasks = [_task(task, values) for task in crew.tasks]
    return crew.model_copy(update={"agents": agents, "tasks": tasks})


def _agent(agent: AgentDocument, values: Mapping[str, Any]) -> AgentDocument:
    """All goals become the one that crewAI has a place for."""
    goal = interpolate(agent.whole_goal, values)
    return agent.model_copy(update={**_texts(agent, AGENT_TEXTS, values), "goal": goal, "goals": None})


def _task(task: TaskDocument, values: Mapping[str, Any]) -> TaskDocument:
    changes: dict[str, Any] = {**_texts(task, TASK_TEXTS, values)}
    if isinstance(task.human_input, HumanInputDocument):
        changes["human_input"] = task.human_input.model_copy(update=_texts(task.human_input, QUESTION_TEXTS, values))
    return task.model_copy(update=changes)


def _texts(body: Any, names: tuple[str, ...], values: Mapping[str, Any]) -> dict[str, str]:
    given = ((name, getattr(body, name)) for name in names)
    return {name: interpolate(text, values) for name, text in given if isinstance(text, str)}
