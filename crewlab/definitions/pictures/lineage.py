"""Which flows use which crews, and which tools and models these use."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from crewlab.definitions.kinds import kind_of
from crewlab.definitions.models import model_of, models_of
from crewlab.definitions.pictures.flows import action_of, steps_of
from crewlab.definitions.pictures.graph import Edge, Graph, Node, NodeKind


@dataclass(frozen=True)
class Uses:
    """What one definition names, each in order of appearance."""

    definitions: tuple[tuple[str, NodeKind], ...] = ()
    """Crews and flows, by name."""
    tools: tuple[str, ...] = ()
    models: tuple[str, ...] = ()


def uses_of(document: Mapping[str, Any]) -> Uses:
    """What a crew or a flow names itself; what its crews name is theirs, unless they are written into the flow."""
    if kind_of(document) == "crew":
        return Uses(tools=_distinct(_tools_of_crew(document)), models=models_of(document))
    actions = [action for step in steps_of(document).values() for action in _actions(action_of(step))]
    return Uses(
        tuple(dict.fromkeys(named for action in actions for named in _named(action))),
        _distinct(tool for action in actions for tool in _tools(action)),
        _distinct(model for action in actions for model in _models(action)),
    )


def lineage(
    documents: Mapping[str, Mapping[str, Any]], around: str | None = None, *, others: Collection[str] = ()
) -> Graph:
    """What uses what among definitions, by name: flows, then crews, then their tools and models.

    With `around`, only what that definition uses, directly or not, and what uses it. `others` are definitions that
    are there too, and not drawn.
    """
    drawing = _Drawing()
    uses = {name: uses_of(document) for name, document in documents.items()}
    drawn = _around(uses, around) if around is not None else set(uses)
    for name, document in documents.items():
        if name in drawn:
            drawing.node(name, kind_of(document))
    for name in (name for name in documents if name in drawn):
        _draw(drawing, drawing.node(name, kind_of(documents[name])), uses[name], drawn, {*documents, *others} - drawn)
    return Graph(tuple(drawing.nodes.values()), tuple(dict.fromkeys(drawing.edges)))


@dataclass
class _Drawing:
    nodes: dict[tuple[str, str], Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)

    def node(self, name: str, kind: NodeKind) -> str:
        group = "definition" if kind in ("crew", "flow", "missing") else kind
        if (group, name) not in self.nodes:
            lines = ("no such definition",) if kind == "missing" else (kind,)
            self.nodes[group, name] = Node(f"n{len(self.nodes)}", name, lines, kind=kind, place=(group, name))
        return self.nodes[group, name].key


def _draw(drawing: _Drawing, own: str, uses: Uses, drawn: set[str], left_out: set[str]) -> None:
    for other, kind in uses.definitions:
        if other in drawn:
            drawing.edges.append(Edge(own, drawing.node(other, kind)))
        elif other not in left_out:
            drawing.edges.append(Edge(own, drawing.node(other, "missing"), kind="error"))
    drawing.edges += [Edge(own, drawing.node(tool, "tool")) for tool in uses.tools]
    drawing.edges += [Edge(own, drawing.node(model, "model")) for model in uses.models]


def _around(uses: Mapping[str, Uses], name: str) -> set[str]:
    below = {other: [used for used, _ in of.definitions if used in uses] for other, of in uses.items()}
    above: dict[str, list[str]] = {other: [] for other in uses}
    for other, used in below.items():
        for one in used:
            above[one].append(other)
    return reached(name, lambda other: below.get(other, ())) | reached(name, lambda other: above.get(other, ()))


def reached(start: str, leads: Callable[[str], Iterable[str]]) -> set[str]:
    """`start`, and everything that it leads to, directly or not."""
    found, todo = {start}, [start]
    while todo:
        new = set(leads(todo.pop())) - found
        found |= new
        todo += new
    return found


def _actions(action: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """An action, and those within it."""
    yield action
    inner = action.get("do")
    for item in inner if isinstance(inner, list) else []:
        if isinstance(item, Mapping) and isinstance(item.get("action"), Mapping):
            yield item["action"]


def _named(action: Mapping[str, Any]) -> Iterator[tuple[str, NodeKind]]:
    name = action.get("definition")
    if isinstance(name, str) and name:
        if action.get("call") == "crew":
            yield name, "crew"
        elif action.get("call") == "flow":
            yield name, "flow"


def _tools(action: Mapping[str, Any]) -> Iterator[str]:
    call, inline = action.get("call"), action.get("with")
    if call == "tool" and isinstance(action.get("ref"), str):
        yield action["ref"]
    if not isinstance(inline, Mapping):
        return
    if call == "crew":
        yield from _tools_of_crew(inline)
    elif call == "flow":
        yield from uses_of(inline).tools
    elif call == "agent":
        yield from _texts(inline.get("tools"))


def _models(action: Mapping[str, Any]) -> Iterator[str]:
    call, inline = action.get("call"), action.get("with")
    if not isinstance(inline, Mapping):
        return
    if call == "crew":
        yield from models_of(inline)
    elif call == "flow":
        yield from uses_of(inline).models
    elif call == "agent":
        settings = inline.get("settings")
        of_settings = settings.get("llm") if isinstance(settings, Mapping) else None
        if model := model_of(inline.get("llm") or of_settings).model:
            yield model


def _tools_of_crew(document: Mapping[str, Any]) -> Iterator[str]:
    agents, tasks = document.get("agents"), document.get("tasks")
    bodies = [*(agents.values() if isinstance(agents, Mapping) else agents if isinstance(agents, list) else [])]
    bodies += tasks if isinstance(tasks, list) else []
    for body in bodies:
        if isinstance(body, Mapping):
            yield from _texts(body.get("tools"))
            yield from _texts(body.get("mcps"))


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _distinct(values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
