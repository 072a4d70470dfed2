"""Who has which tool in a definition, and giving or taking one."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from crewlab.definitions.editing import Path
from crewlab.definitions.pictures.flows import action_of, steps_of


class Holder(NamedTuple):
    """Something in a definition that is given tools."""

    path: Path
    """Of the list of its tools."""
    label: str


def holders(document: Mapping[str, Any]) -> list[Holder]:
    """The agents and tasks of a crew, or the agents of a flow's steps, those of crews written into it too."""
    if "methods" in document:
        return [holder for name, step in steps_of(document).items() for holder in _of_step(name, step)]
    return list(_of_crew(document, ()))


def tools_of(document: Mapping[str, Any]) -> dict[str, list[Holder]]:
    """Every tool that somebody has by name, and who."""
    found: dict[str, list[Holder]] = {}
    for holder in holders(document):
        for tool in _tools(document, holder.path):
            found.setdefault(tool, []).append(holder)
    return found


def calls_of(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """The tools that steps of a flow call themselves, each with the names of those steps."""
    found: dict[str, list[str]] = {}
    for name, step in steps_of(document).items():
        action = action_of(step)
        inner = action.get("do")
        within = [item.get("action") for item in inner if isinstance(item, Mapping)] if isinstance(inner, list) else []
        for each in (action, *within):
            if isinstance(each, Mapping) and each.get("call") == "tool" and isinstance(each.get("ref"), str):
                found.setdefault(each["ref"], []).append(name)
    return found


def give_tool(document: Mapping[str, Any], tool: str, paths: Sequence[Path]) -> dict[str, Any]:
    """Let those whose lists of tools are at `paths`, and nobody else, have a tool."""
    changed = copy.deepcopy(dict(document))
    for holder in holders(changed):
        place: Any = changed
        for part in holder.path[:-1]:
            place = place[part]
        tools = place.get("tools") or []
        if (holder.path in paths) != (tool in tools):
            _put(place, [*tools, tool] if holder.path in paths else [other for other in tools if other != tool])
    return changed


def _put(place: dict[str, Any], tools: list[Any]) -> None:
    if tools:
        place["tools"] = tools
    else:
        place.pop("tools", None)


def _of_step(name: str, step: Mapping[str, Any]) -> Iterator[Holder]:
    action = action_of(step)
    path: Path = ("methods", name, "do")
    yield from _of_action(action, path, name)
    inner = action.get("do")
    for index, item in enumerate(inner if isinstance(inner, list) else ()):
        if isinstance(item, Mapping) and isinstance(item.get("action"), Mapping):
            yield from _of_action(item["action"], (*path, "do", index, "action"), f"{name} › {item.get('name')}")


def _of_action(action: Mapping[str, Any], path: Path, label: str) -> Iterator[Holder]:
    inline = action.get("with")
    if not isinstance(inline, Mapping):
        return
    if action.get("call") == "agent":
        yield Holder((*path, "with", "tools"), f"agent of the step {label}")
    elif action.get("call") == "crew":
        for holder in _of_crew(inline, (*path, "with")):
            yield Holder(holder.path, f"{label} › {holder.label}")


def _of_crew(crew: Mapping[str, Any], path: Path) -> Iterator[Holder]:
    agents, tasks = crew.get("agents"), crew.get("tasks")
    for name, agent in agents.items() if isinstance(agents, Mapping) else ():
        if isinstance(agent, Mapping):
            yield Holder((*path, "agents", name, "tools"), f"agent {name}")
    for index, task in enumerate(tasks if isinstance(tasks, list) else ()):
        if isinstance(task, Mapping):
            yield Holder((*path, "tasks", index, "tools"), f"task {task.get('name')}")


def _tools(document: Mapping[str, Any], path: Path) -> list[str]:
    place: Any = document
    for part in path[:-1]:
        place = place[part]
    tools = place.get("tools")
    return [tool for tool in tools if isinstance(tool, str)] if isinstance(tools, list) else []
