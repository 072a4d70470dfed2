"""A flow as it ran: its picture, with how far each step is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crewlab.definitions.pictures.drawing import graph_of
from crewlab.definitions.pictures.graph import Graph, Node, Place
from crewlab.ui.components.definitions.picture import picture
from crewlab.ui.components.status import look_of

if TYPE_CHECKING:
    from crewlab.executions.steps import StepRun

MOST_STEPS = 40
"""Of a flow with more, a picture beside the table would say nothing: it could not be read."""
NOT_REACHED = "not reached"
_COLORS = {
    "green": "#0E9F7E",
    "blue": "#2F8FD8",
    "violet": "#7568E8",
    "orange": "#E08A1E",
    "red": "#D6456B",
    "gray": "#8A93A8",
}


def show_step_picture(document: Mapping[str, Any], steps: Sequence[StepRun]) -> None:
    """Draw the steps of a flow with what became of each in these calls; nothing for a flow of one step, or of many."""
    graph = graph_of(document)
    if 1 < len(graph.nodes) <= MOST_STEPS:
        last = {step.step: step for step in steps}
        shown, colors = as_it_ran(graph, last), colors_of(graph, last)
        picture(shown, key="steps.picture", words=f"{_told(graph, last)}.", colors=colors)


def as_it_ran(graph: Graph, last: Mapping[str, StepRun]) -> Graph:
    """The same picture, each step with its status instead of how it is triggered.

    All have a place of their own, as the steps that a conversation adds have none in the document.
    """
    return replace(graph, nodes=tuple(_with_status(node, last.get(node.label)) for node in graph.nodes))


def colors_of(graph: Graph, last: Mapping[str, StepRun]) -> dict[Place, str]:
    """Each step in the colour of its status; what was not reached is grey."""
    status_of = {_place(node): last[node.label].status if node.label in last else "" for node in graph.nodes}
    return {place: _COLORS[look_of(status).color] for place, status in status_of.items()}


def _place(node: Node) -> Place:
    return node.place or ("added", node.label)


def _with_status(node: Node, step: StepRun | None) -> Node:
    if node.kind == "missing":
        return node
    calls = f", call {step.call_number}" if step and step.call_number > 1 else ""
    status = f"{step.status}{calls}" if step else NOT_REACHED
    return replace(node, lines=(*node.lines[:1], status), place=_place(node))


def _told(graph: Graph, last: Mapping[str, StepRun]) -> str:
    """The same in a few words: how many steps there are of each status."""
    counts: dict[str, int] = {}
    for node in graph.nodes:
        status = last[node.label].status if node.label in last else NOT_REACHED
        counts[status] = counts.get(status, 0) + 1
    return ", ".join(f"{count} {status}" for status, count in counts.items())
