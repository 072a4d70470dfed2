"""The graph of a crew: its tasks, and who waits for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crewlab.definitions.crew import default_process, waits
from crewlab.definitions.pictures.graph import Edge, Graph, Node
from crewlab.definitions.shape import in_crew_shape
from crewlab.definitions.waves import direct


def crew_graph(document: Mapping[str, Any]) -> Graph:
    """Tasks with their agents; only edges that do not follow from others, so a chain looks like a chain."""
    tasks = in_crew_shape(document).get("tasks")
    bodies = [task for task in tasks if isinstance(task, Mapping)] if isinstance(tasks, list) else []
    nodes = tuple(_node(task, index) for index, task in enumerate(bodies))
    return Graph(nodes, tuple(Edge(_key(source), _key(target)) for source, target in _edges(document, bodies)))


def _node(task: Mapping[str, Any], index: int) -> Node:
    agent = task.get("agent")
    return Node(
        key=_key(index),
        label=str(task.get("name") or "?"),
        lines=(agent,) if isinstance(agent, str) and agent else (),
        role="conditional" if task.get("condition") else "plain",
        place=("tasks", index),
    )


def _edges(document: Mapping[str, Any], tasks: Sequence[Any]) -> list[tuple[int, int]]:
    if default_process(document) != "parallel":
        return [(index, index + 1) for index in range(len(tasks) - 1)]
    return [(other, index) for index, needed in enumerate(direct(waits(document))) for other in needed]


def _key(index: int) -> str:
    return f"t{index}"
