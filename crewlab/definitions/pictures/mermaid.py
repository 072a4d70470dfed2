"""A graph in Mermaid's language, which notebooks, GitHub and many editors draw."""

from __future__ import annotations

import re
from collections.abc import Mapping

from crewlab.definitions.pictures.graph import Edge, EdgeKind, Graph, Node, Role

_SHAPES: Mapping[Role, tuple[str, str]] = {
    "plain": ("[", "]"),
    "start": ("([", "])"),
    "router": ("{{", "}}"),
    "conditional": ("{{", "}}"),
}
_ARROWS: Mapping[EdgeKind, str] = {"plain": "-->", "outcome": "-->", "error": "-.->"}
_LONGEST = 32


def mermaid(graph: Graph) -> str:
    """The graph from left to right; texts are encoded, so that they cannot change it."""
    nodes = [f"  {node.key}{_box(node)}" for node in graph.nodes]
    return "\n".join(["flowchart LR", *nodes, *(f"  {_arrow(edge)}" for edge in graph.edges)])


def _box(node: Node) -> str:
    opening, closing = _SHAPES[node.role]
    text = "<br/>".join(encoded(line) for line in (node.label, *node.lines))
    return f'{opening}"{text}"{closing}'


def _arrow(edge: Edge) -> str:
    label = f'|"{encoded(edge.label)}"|' if edge.label else ""
    return f"{edge.source} {_ARROWS[edge.kind]}{label} {edge.target}"


def encoded(text: str) -> str:
    """One line of text as Mermaid writes it out, character by character where one might mean something."""
    line = " ".join(text.split())
    short = line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"
    return re.sub(r"[^\w .,-]", lambda found: f"#{ord(found[0])};", short)
