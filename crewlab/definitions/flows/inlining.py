"""Flows within a flow, written out as steps of it: crewAI has no step that runs a flow.

The steps of a flow that a step `side` runs become `side__...`. Its state becomes the output of a step of its own, and
its output that of a last step, which is called `side` as before, so that whoever listens to it or reads it still does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from crewlab.definitions.expressions.flow_expression import with_reads
from crewlab.definitions.flows.closure import Closure
from crewlab.definitions.flows.conversation import is_conversation
from crewlab.definitions.flows.flow import FlowAction
from crewlab.definitions.flows.graph import Graph
from crewlab.definitions.flows.references import actions_of
from crewlab.definitions.flows.state import StateContract
from crewlab.definitions.flows.step_part import graph_in
from crewlab.definitions.flows.templates import pieces_of
from crewlab.definitions.flows.triggers import trigger_of, with_renamed_trigger
from crewlab.definitions.flows.written import rewritten
from crewlab.definitions.interchange.notes import Note
from crewlab.errors import DocumentError

Step = dict[str, Any]


def inlined(closure: Closure, notes: list[Note]) -> Closure:
    """The flow without steps that run flows; `notes` gets what is not as it was.

    Raises:
        DocumentError: A flow is run for each item of a list, which cannot be written out.
    """
    methods: dict[str, Step] = {}
    for name, step in closure.document.get("methods", {}).items():
        action = step["do"]
        if action.get("call") == "flow":
            taken = {*closure.document["methods"], *methods}
            methods |= _Inlining(closure, name, step, taken, notes).steps()
        else:
            _require_none_within(name, step)
            methods[name] = step
    return Closure({**closure.document, "methods": methods}, closure.definitions)


def cel_of(value: Any) -> str:
    """CEL that gives what a template gives. Within a longer text, values become text as CEL writes them."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_literal(str(key))}: {cel_of(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(cel_of(item) for item in value) + "]"
    if not isinstance(value, str) or "${" not in value:
        return _literal(value)
    pieces = pieces_of(value)
    expressions = [piece for piece, is_expression in pieces if is_expression]
    if len(expressions) == 1 and all(is_expression or not piece.strip() for piece, is_expression in pieces):
        return f"({expressions[0].strip()})"
    return " + ".join(f"string({piece})" if is_expression else _literal(piece) for piece, is_expression in pieces)


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _require_none_within(name: str, step: Mapping[str, Any]) -> None:
    for placed in actions_of({"methods": {name: step}}):
        if placed.call == "flow":
            what = f"{placed.where}: a flow that is run for each item of a list cannot be written for crewAI."
            raise DocumentError(what, "Run it once, or let each run a crew.")


class _Inlining:
    """One step that runs a flow, on its way to become several steps."""

    def __init__(self, closure: Closure, name: str, step: Step, taken: set[str], notes: list[Note]) -> None:
        action = FlowAction.model_validate(step["do"])
        self._name, self._step, self._action, self._notes = name, step, action, notes
        within = closure.within(action)
        if is_conversation(within.document):
            what = f"methods.{name}: crewAI holds a conversation as a flow of its own, not within another one."
            raise DocumentError(what, "Export that flow by itself.")
        self._inner = inlined(within, notes)
        closure.definitions.update(self._inner.definitions)
        self._methods: dict[str, Step] = self._inner.document.get("methods", {})
        self._prefix = _free_prefix(name, self._methods, taken)
        self._graph = graph_in(self._inner.document)
        self._state = f"{self._prefix}state"

    def steps(self) -> dict[str, Step]:
        where = f"methods.{self._name}.do"
        said = (
            "a crew step would do" if not self._methods else "its steps are written out here, with names of their own"
        )
        self._notes.append(Note(where, f"crewAI has no step that runs a flow: {said}"))
        inner = {self._prefix + name: self._moved(name, step) for name, step in self._methods.items()}
        return {self._state: self._beginning(), **inner, self._name: self._end()}

    def _beginning(self) -> Step:
        """The step that stands for the state of the flow: its values are its output."""
        contract = StateContract(self._inner.document)
        values: dict[str, Any] = {**dict.fromkeys(contract.fields), **contract.defaults, **self._action.inputs}
        waits = {str(field): value for field, value in self._step.items() if field in ("start", "listen")}
        return {**waits, "do": {"call": "expression", "expr": cel_of(values)}}

    def _moved(self, name: str, step: Step) -> Step:
        """A step of the flow within the outer one."""
        if step.get("set"):
            self._notes.append(Note(f"methods.{self._prefix}{name}.set", "left out: its state is fixed in crewAI"))
        moved = rewritten({key: value for key, value in step.items() if key != "set"}, self._moved_expression)
        begins = name in self._graph.beginnings
        waits = [self._renamed(step[field]) for field in ("listen", "start") if trigger_of(step.get(field)) is not None]
        waits = [*([self._state] if begins else []), *waits]
        moved.pop("start", None)
        return {**moved, "listen": waits[0] if len(waits) == 1 else {"or": waits}}

    def _renamed(self, condition: Any) -> Any:
        for name in self._methods:
            condition = with_renamed_trigger(condition, name, self._prefix + name)
        return condition

    def _moved_expression(self, text: str, roots: tuple[str, ...]) -> str:
        return with_reads(text, roots, self._moved_path)

    def _moved_path(self, path: tuple[str, ...]) -> tuple[int, str] | None:
        """What to write for how many of the first names of a path."""
        if path[0] == "state" and path[1:2] != ("id",):
            return 1, f"outputs.{self._state}"
        if path[0] == "outputs" and path[1:2] and path[1] in self._methods:
            return 2, f"outputs.{self._prefix}{path[1]}"
        return None

    def _end(self) -> Step:
        """The step that has the output of the flow, and what the outer flow says of it besides."""
        ends = [self._prefix + name for name in _ends(self._graph)] or [self._state]
        besides = {key: value for key, value in self._step.items() if key not in ("start", "listen", "do")}
        decides = any(node.outcomes for node in self._graph.nodes)
        if len(ends) > 1:
            how = (
                "the one that is reached first" if decides else "the last of them in the document, after all have ended"
            )
            self._notes.append(Note(f"methods.{self._name}", f"the flow has several ends; its output is that of {how}"))
        waits: Any = ends[0] if len(ends) == 1 else {"or" if decides else "and": ends}
        output = f"outputs.{ends[-1]}"
        for end in reversed(ends[:-1] if decides else []):
            output = f"has(outputs.{end}) ? outputs.{end} : ({output})"
        return {**besides, "listen": waits, "do": {"call": "expression", "expr": output}}


def _free_prefix(name: str, inner: Iterable[str], taken: set[str]) -> str:
    prefix = f"{name}__"
    while any(prefix + step in taken for step in (*inner, "state")):
        prefix += "_"
    return prefix


def _ends(graph: Graph) -> list[str]:
    """The steps that nothing follows."""
    return [node.name for node in graph.nodes if not any(said in graph.listeners for said in node.emissions)]
