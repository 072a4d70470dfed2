"""The spellings of a crew that crewAI accepts, brought to the one shape that CrewLab works with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def in_crew_shape(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy with agents as an object by name, tasks as a list with names, and agent `settings` in their place.

    Whatever has an unexpected type is left as it is, for the checks to report. The document given is not changed.
    """
    shaped = dict(document)
    if "agents" in shaped:
        shaped["agents"] = _agents(shaped["agents"])
    if "tasks" in shaped:
        shaped["tasks"] = _tasks(shaped["tasks"])
    return shaped


def _agents(agents: Any) -> Any:
    if isinstance(agents, list):
        pairs = [_named_agent(agent) for agent in agents]
        found = [pair for pair in pairs if pair is not None]
        if len(found) < len(pairs) or len({name for name, _ in found}) < len(found):
            return agents
        agents = dict(found)
    if not isinstance(agents, Mapping):
        return agents
    return {name: _with_settings(agent) for name, agent in agents.items()}


def _named_agent(agent: Any) -> tuple[str, Any] | None:
    """Name and body of an agent in a list: either it has a `name`, or it is an object with one key."""
    if not isinstance(agent, Mapping):
        return None
    if isinstance(agent.get("name"), str):
        return agent["name"], {key: value for key, value in agent.items() if key != "name"}
    if len(agent) == 1:
        name, body = next(iter(agent.items()))
        return str(name), body
    return None


def _with_settings(agent: Any) -> Any:
    """crewAI's `settings` block holds further fields of the agent; as there, they win over a field beside it."""
    if not isinstance(agent, Mapping) or not isinstance(agent.get("settings"), Mapping):
        return agent
    return {**{key: value for key, value in agent.items() if key != "settings"}, **agent["settings"]}


def _tasks(tasks: Any) -> Any:
    if isinstance(tasks, Mapping):
        return [{"name": name, **body} if isinstance(body, Mapping) else body for name, body in tasks.items()]
    if not isinstance(tasks, list):
        return tasks
    return [_named_task(task, number) for number, task in enumerate(tasks, start=1)]


def _named_task(task: Any, number: int) -> Any:
    if isinstance(task, Mapping) and task.get("name") is None:
        return {**task, "name": f"task_{number}"}
    return task
