"""What a picture shows, before anybody says how: nodes, and edges between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NodeKind = Literal["task", "crew", "flow", "agent", "tool", "expression", "each", "code", "model", "missing", "unknown"]
Role = Literal["plain", "start", "router", "conditional"]
EdgeKind = Literal["plain", "outcome", "error"]
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Node:
    """One box. Its key is made up, so that no text of a person has a meaning in a picture's language."""

    key: str
    label: str
    lines: tuple[str, ...] = ()
    """What stands below the label, smaller."""
    kind: NodeKind = "task"
    role: Role = "plain"
    place: Place = ()
    """Where in the document it stands; for a lineage the definition's id or the name of the tool or model."""


@dataclass(frozen=True)
class Edge:
    """An arrow between two nodes, by their keys."""

    source: str
    target: str
    label: str = ""
    kind: EdgeKind = "plain"


@dataclass(frozen=True)
class Graph:
    """Nodes and edges; every edge is between two of the nodes."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()

    def at(self, key: str) -> Node | None:
        """The node with this key."""
        return next((node for node in self.nodes if node.key == key), None)
