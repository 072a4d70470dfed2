"""A flow half-way, and whether crewAI goes on rightly with it: there are flows with which it does not.

Restored, it skips each step that is done for as long as it runs, so that nothing can be done a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crewlab.definitions.flows.conversation import is_conversation
from crewlab.definitions.flows.graph import Graph, Node, graph_of
from crewlab.definitions.flows.references import actions_of


@dataclass(frozen=True)
class FlowHalfway:
    """How far a flow has come."""

    document: Mapping[str, Any]
    state: Mapping[str, Any]
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """By step, in the order in which they ended."""
    routers: frozenset[str] = frozenset()
    is_over: bool = False


def obstacle(document: Mapping[str, Any], graph: Graph) -> str | None:
    """What crewAI cannot be restored with, to be said of the flow (`it …`); nothing where it can."""
    if is_conversation(document):
        return "holds a conversation"
    if any(placed.call == "flow" for placed in actions_of(document)):
        return "runs another flow in a step"
    known = _with_open_outcomes(graph)
    if known.repeated:
        return f"goes round a loop (with {min(known.repeated)!r})"
    again = next((node.name for node in known.nodes if _may_come_again(node, known)), None)
    return None if again is None else f"may come to the step {again!r} in more than one way"


def _with_open_outcomes(graph: Graph) -> Graph:
    """The same, where a router that names no outcomes may take each that somebody waits for."""
    open_ = tuple(sorted(graph.unclaimed))
    return graph_of(tuple(node._replace(outcomes=open_) if node.is_open else node for node in graph.nodes))


def _may_come_again(node: Node, graph: Graph) -> bool:
    """Whether a step starts on a condition, or starts and listens, or waits for any of several, one an outcome.

    An outcome has an `or` fire once more that has fired for something else.
    """
    if node.is_entry or (node.starts and node.triggers):
        return True
    emitters = {emitter.name for name in node.names for emitter in graph.emitters.get(name, ())}
    is_choice = any(trigger.operator == "or" for trigger in node.triggers)
    return is_choice and len(emitters) > 1 and any(name not in graph.by_name for name in node.names)
