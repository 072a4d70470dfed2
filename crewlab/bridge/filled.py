"""A document with its inputs filled in, ready to become crewAI objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.crew import AgentDocument, CrewDocument, parse_crew
from crewlab.definitions.placeholders import AGENT_TEXTS, TASK_TEXTS, interpolate, with_defaults


def filled(document: Mapping[str, Any], inputs: Mapping[str, Any]) -> CrewDocument:
    """The crew with every placeholder replaced, by the given input or else by the document's own.

    Raises:
        DocumentError: It is not a crew.
        InputsError: A placeholder has no value.
    """
    crew, values = parse_crew(document), with_defaults(document, inputs)
    agents = {name: _agent(agent, values) for name, agent in crew.agents.items()}
    tasks = [task.model_copy(update=_texts(task, TASK_TEXTS, values)) for task in crew.tasks]
    return crew.model_copy(update={"agents": agents, "tasks": tasks})


def _agent(agent: AgentDocument, values: Mapping[str, Any]) -> AgentDocument:
    return agent.model_copy(update=_texts(agent, AGENT_TEXTS, values))


def _texts(body: Any, names: tuple[str, ...], values: Mapping[str, Any]) -> dict[str, str]:
    given = ((name, getattr(body, name)) for name in names)
    return {name: interpolate(text, values) for name, text in given if isinstance(text, str)}
