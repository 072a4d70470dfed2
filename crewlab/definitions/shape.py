"""The spellings of a crew that crewAI accepts, brought to the one shape that CrewLab works with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from crewlab.definitions.plain import MAX_DEPTH, is_deeper_than

_TOOLS = "crewai_tools:"


def in_crew_shape(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy with agents as an object by name, tasks as a list with names, and `config` and `settings` in their place.

    Whatever has an unexpected type is left as it is, for the checks to report. The document given is not changed.
    """
    shaped = _configured(document)
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
    return {name: _with_tool_names(_with_settings(agent)) for name, agent in agents.items()}


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


def _configured(document: Mapping[str, Any]) -> dict[str, Any]:
    """crewAI's `config` of a crew replaces its agents and tasks; there, a task names its agent by role."""
    config = _read(document.get("config"))
    agents, tasks = config.get("agents"), config.get("tasks")
    if not (isinstance(agents, list) and isinstance(tasks, list) and agents and tasks):
        return dict(document)
    rest = {key: value for key, value in document.items() if key != "config"}
    process = {"process": config["process"]} if config.get("process") is not None else {}
    return {**rest, **process, "agents": _by_role(agents), "tasks": tasks}


def _read(config: Any) -> Mapping[str, Any]:
    """The object that a `config` is, or that its text says in JSON; crewAI takes both."""
    if isinstance(config, str):
        try:
            config = json.loads(config)
        except (ValueError, RecursionError):
            return {}
        if is_deeper_than(config, MAX_DEPTH):  # within a text, nobody has looked yet
            return {}
    return config if isinstance(config, Mapping) else {}


def _by_role(agents: list[Any]) -> Any:
    """The agents of a `config`, which have no names, under their roles."""
    roles = [agent.get("role") if isinstance(agent, Mapping) else None for agent in agents]
    usable = all(isinstance(role, str) for role in roles) and len(set(roles)) == len(roles)
    return dict(zip(roles, agents, strict=True)) if usable else agents


def _with_settings(agent: Any) -> Any:
    """crewAI's `settings` hold further fields of the agent; as there, they win over a field beside them."""
    if not isinstance(agent, Mapping):
        return agent
    if isinstance(agent.get("settings"), Mapping):
        agent = {**{key: value for key, value in agent.items() if key != "settings"}, **agent["settings"]}
    return _with_config(agent)


def _with_config(part: Any) -> Any:
    """What `config` says of an agent or a task, where the part does not say it itself."""
    if not isinstance(part, Mapping) or not isinstance(part.get("config"), Mapping):
        return part
    own = {key: value for key, value in part.items() if key != "config" and value is not None}
    return {**{key: value for key, value in part.items() if key != "config"}, **part["config"], **own}


def _with_tool_names(part: Any) -> Any:
    """A tool of the catalogue under its plain name, where it is written as in crewAI: `crewai_tools:Name`."""
    tools = part.get("tools") if isinstance(part, Mapping) else None
    if not isinstance(tools, list) or not any(isinstance(tool, str) and tool.startswith(_TOOLS) for tool in tools):
        return part
    return {**part, "tools": [tool.removeprefix(_TOOLS) if isinstance(tool, str) else tool for tool in tools]}


def _tasks(tasks: Any) -> Any:
    if isinstance(tasks, Mapping):
        tasks = [{"name": name, **body} if isinstance(body, Mapping) else body for name, body in tasks.items()]
    if not isinstance(tasks, list):
        return tasks
    return [_named_task(_with_tool_names(_with_config(task)), number) for number, task in enumerate(tasks, start=1)]


def _named_task(task: Any, number: int) -> Any:
    if isinstance(task, Mapping) and task.get("name") is None:
        return {**task, "name": f"task_{number}"}
    return task
