"""The graph of a flow: its steps, and what starts each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crewlab.definitions.flows.trigger_text import trigger_text
from crewlab.definitions.pictures.conversations import TURN, with_turn
from crewlab.definitions.pictures.graph import Edge, EdgeKind, Graph, Node, NodeKind, Role

_DEEPEST = 20
"""Triggers within triggers that are drawn."""
_KINDS: Mapping[str, NodeKind] = {
    "crew": "crew",
    "flow": "flow",
    "agent": "agent",
    "tool": "tool",
    "expression": "expression",
    "each": "each",
    "code": "code",
    "script": "code",
    TURN: "agent",
}


def flow_graph(document: Mapping[str, Any]) -> Graph:
    """Steps with what they do; arrows from what a step waits for, named by the outcome where there is one.

    A name that no step has and no router emits is drawn as a node of its own, so that a broken trigger is seen.
    """
    own = steps_of(document)
    steps = with_turn(document, own, _last(own))
    keys = {name: f"s{index}" for index, name in enumerate(steps)}
    emitters = _emitters(steps)
    nodes = [_node(name, step, keys[name]) for name, step in steps.items()]
    edges: list[Edge] = []
    missing: dict[str, Node] = {}
    for name, step in steps.items():
        for awaited in trigger_names(step):
            if awaited not in keys and awaited not in emitters:
                missing.setdefault(awaited, _missing(awaited, len(missing)))
                edges.append(Edge(missing[awaited].key, keys[name], kind="error"))
            edges += _edges(awaited, keys, emitters, keys[name])
    return Graph((*nodes, *missing.values()), _together(edges))


def _last(steps: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The steps that nothing comes after."""
    heard = {name for step in steps.values() for name in trigger_names(step)}
    return [name for name, step in steps.items() if heard.isdisjoint((name, *outcomes_of(step)))]


def _together(edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """One arrow for all outcomes that lead from one step to another."""
    labels: dict[tuple[str, str, EdgeKind], list[str]] = {}
    for edge in dict.fromkeys(edges):
        labels.setdefault((edge.source, edge.target, edge.kind), []).append(edge.label)
    return tuple(Edge(source, target, ", ".join(names), kind) for (source, target, kind), names in labels.items())


def steps_of(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The steps of a flow that are objects, by name; none where there are no `methods`."""
    methods = document.get("methods")
    found = methods.items() if isinstance(methods, Mapping) else ()
    return {str(name): step for name, step in found if isinstance(step, Mapping)}


def trigger_names(step: Mapping[str, Any]) -> tuple[str, ...]:
    """The steps and outcomes that a step's trigger names, in order."""
    return tuple(dict.fromkeys([*_names(step.get("listen")), *_names(step.get("start"))]))


def outcomes_of(step: Mapping[str, Any]) -> tuple[str, ...]:
    """The outcomes that a step declares: of a router, of a person, and of its error route."""
    return tuple(dict.fromkeys([*_chosen_outcomes(step), *([error] if (error := error_outcome(step)) else [])]))


def error_outcome(step: Mapping[str, Any]) -> str | None:
    """The outcome that a failure of the step is routed to."""
    route = step.get("on_error")
    outcome = route.get("emit") if isinstance(route, Mapping) else None
    return outcome if isinstance(outcome, str) and outcome else None


def action_of(step: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a step does, as an object; empty where it says nothing that can be read."""
    action = step.get("do")
    return action if isinstance(action, Mapping) else {}


def in_words(action: Mapping[str, Any]) -> str:
    """What an action does, in a few words: `crew market-brief, version 3`."""
    call = str(action.get("call") or "nothing yet")
    if call == TURN:
        return str(action.get("words"))
    target = _target(action)
    return f"{call} {target}" if target else call


def _target(action: Mapping[str, Any]) -> str:
    call, own = action.get("call"), action.get("with")
    inline = own if isinstance(own, Mapping) else {}
    if call in ("crew", "flow"):
        number = f", version {action['version']}" if action.get("version") else ""
        named = action.get("definition") or action.get("from_declaration")
        unnamed = "not chosen yet" if own is None else "of its own"
        return f"{named}{number}" if named else str(inline.get("name") or unnamed)
    if call == "agent":
        return str(inline.get("role") or "")
    if call == "each":
        return f"item of {action.get('in') or '?'}"
    return str(action.get("ref") or action.get("expr") or "")


def _node(name: str, step: Mapping[str, Any], key: str) -> Node:
    action = action_of(step)
    lines = [in_words(action), _waits(step), "then asks a person" if step.get("human_feedback") else ""]
    kind = _KINDS.get(str(action.get("call")), "unknown")
    shown = tuple(line for line in lines if line)
    place = () if action.get("call") == TURN else ("methods", name)
    return Node(key, name, shown, kind=kind, role=_role(step), place=place)


def _role(step: Mapping[str, Any]) -> Role:
    if step.get("start"):
        return "start"
    return "router" if step.get("router") or _chosen_outcomes(step) else "plain"


def _waits(step: Mapping[str, Any]) -> str:
    """What the arrows alone would not tell: whether all or any of several are awaited."""
    names = trigger_names(step)
    condition = step.get("listen") or step.get("start")
    if len(names) < 2 or not isinstance(condition, Mapping):
        return ""
    if all(isinstance(part, str) for key in ("and", "or") for part in _parts(condition.get(key))):
        return "after all of them" if "and" in condition else "after any of them"
    return f"after {trigger_text(condition)}"


def _missing(name: str, number: int) -> Node:
    return Node(f"m{number}", name, ("neither a step nor an outcome",), kind="missing", role="plain")


def _edges(
    awaited: str, keys: Mapping[str, str], emitters: Mapping[str, list[tuple[str, bool]]], target: str
) -> Iterator[Edge]:
    if awaited in keys:
        yield Edge(keys[awaited], target)
    for step, is_error in emitters.get(awaited, []):
        yield Edge(keys[step], target, awaited, "error" if is_error else "outcome")


def _emitters(steps: Mapping[str, Mapping[str, Any]]) -> dict[str, list[tuple[str, bool]]]:
    """For each outcome the steps that emit it, and whether they do so when they fail."""
    found: dict[str, list[tuple[str, bool]]] = {}
    for name, step in steps.items():
        for outcome in _chosen_outcomes(step):
            found.setdefault(outcome, []).append((name, False))
        if error := error_outcome(step):
            found.setdefault(error, []).append((name, True))
    return found


def _chosen_outcomes(step: Mapping[str, Any]) -> list[str]:
    feedback = step.get("human_feedback")
    asked = feedback.get("emit") if isinstance(feedback, Mapping) else None
    return [outcome for outcome in _parts(asked or step.get("emit")) if isinstance(outcome, str)]


def _names(condition: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(condition, str):
        yield condition
    elif isinstance(condition, Mapping) and depth <= _DEEPEST:
        for key in ("and", "or"):
            for part in _parts(condition.get(key)):
                yield from _names(part, depth + 1)


def _parts(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
