"""A document with its inputs filled in, ready to become crewAI objects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from crewai.utilities.i18n import I18N_DEFAULT

from crewlab.definitions.chatting import CHAT_MESSAGES
from crewlab.definitions.crew import AgentDocument, CrewDocument, TaskDocument, parse_crew
from crewlab.definitions.human_input import TEXTS as QUESTION_TEXTS
from crewlab.definitions.human_input import HumanInputDocument
from crewlab.definitions.placeholders import AGENT_TEXTS, TASK_TEXTS, interpolate, with_defaults
from crewlab.errors import InputsError

TRIGGER = "crewai_trigger_payload"
"""The input that says what triggered a run."""


def filled(document: Mapping[str, Any], inputs: Mapping[str, Any]) -> CrewDocument:
    """The crew with every placeholder replaced, by the given input or else by the document's own.

    Raises:
        DocumentError: It is not a crew.
        InputsError: A placeholder has no value.
    """
    crew, values = parse_crew(document), with_defaults(document, inputs)
    agents = {name: _agent(agent, values) for name, agent in crew.agents.items()}
    tasks = [_task(task, values) for task in crew.tasks]
    if heard := _heard(values.get(CHAT_MESSAGES)):
        tasks = [task.model_copy(update={"description": f"{task.description}\n\n{heard}"}) for task in tasks]
    if (payload := values.get(TRIGGER)) is not None:
        tasks = [_triggered(task, payload) if _is_told(crew, task) else task for task in tasks]
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


def _is_told(crew: CrewDocument, task: TaskDocument) -> bool:
    """Whether a task is told of what triggered the run: as it says; the first one also when it says nothing."""
    if task.allow_crewai_trigger_context is None:
        return task.name == crew.tasks[0].name and crew.process != "hierarchical"
    return task.allow_crewai_trigger_context


def _heard(messages: Any) -> str:
    """The conversation that led to a run, in crewAI's words; an empty text where there was none."""
    if not messages:
        return ""
    try:
        said = json.loads(str(messages))
        lines = [f"{one['role'].capitalize()}: {one['content']}" for one in said if {"role", "content"} <= one.keys()]
    except (ValueError, TypeError, AttributeError) as error:
        what = f"{CHAT_MESSAGES} is no conversation."
        raise InputsError(what, 'It is JSON such as [{"role": "user", "content": "Hello"}].') from error
    instruction = I18N_DEFAULT.slice("conversation_history_instruction")
    return "\n\n".join([instruction, "\n".join(lines)])


def _triggered(task: TaskDocument, payload: Any) -> TaskDocument:
    return task.model_copy(update={"description": f"{task.description}\n\nTrigger Payload: {payload}"})


def _texts(body: Any, names: tuple[str, ...], values: Mapping[str, Any]) -> dict[str, str]:
    given = ((name, getattr(body, name)) for name in names)
    return {name: interpolate(text, values) for name, text in given if isinstance(text, str)}
