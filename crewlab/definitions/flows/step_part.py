"""A step of any shape, with what rules want to know of it. The same step is looked at once, in however many checks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from crewlab.definitions.flows.graph import Graph, Node, graph_of
from crewlab.definitions.flows.references import PlacedAction, Reference, actions_of, reference_of
from crewlab.definitions.flows.triggers import Trigger, trigger_of
from crewlab.definitions.flows.written import Written, written_in
from crewlab.definitions.plain import plain
from crewlab.errors import DocumentError

REMEMBERED = 2_048


class Read(NamedTuple):
    """One value that a step reads."""

    where: str
    path: tuple[str, ...]
    is_asked: bool
    """Whether the expression asks first if it is there, with `has`."""


@dataclass(frozen=True, eq=False)
class StepPart:
    """One step: its name and what is written there. Equal to nothing but itself."""

    name: str
    body: Mapping[str, Any]

    @property
    def where(self) -> str:
        return f"methods.{self.name}"

    @cached_property
    def action(self) -> Mapping[str, Any]:
        """What it does; empty where that is no object."""
        action = self.body.get("do")
        return action if isinstance(action, Mapping) else {}

    @property
    def call(self) -> str:
        return str(self.action.get("call", "code"))

    @cached_property
    def actions(self) -> tuple[PlacedAction, ...]:
        """Its action, and those within each."""
        return tuple(actions_of({"methods": {self.name: self.body}}))

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """The definitions that it names itself."""
        return tuple(found for placed in self.actions if (found := reference_of(placed)) is not None)

    @property
    def starts(self) -> bool:
        return self.body.get("start") is True

    @cached_property
    def triggers(self) -> tuple[tuple[str, Trigger], ...]:
        """What it waits for, with the fields that say so; those of the wrong shape are left out."""
        found = ((field, _trigger(self.body.get(field))) for field in ("start", "listen"))
        return tuple((field, trigger) for field, trigger in found if trigger is not None)

    @cached_property
    def feedback(self) -> Mapping[str, Any]:
        """What a person is asked; empty where nobody is."""
        feedback = self.body.get("human_feedback")
        return feedback if isinstance(feedback, Mapping) else {}

    @property
    def is_router(self) -> bool:
        return self.body.get("router") is True or bool(self.feedback.get("emit"))

    @cached_property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes that it may take; none where it is a router that does not say."""
        said = self.feedback.get("emit") or (self.body.get("emit") if self.is_router else None)
        return tuple(dict.fromkeys(text for text in said if isinstance(text, str))) if isinstance(said, list) else ()

    @property
    def is_open_router(self) -> bool:
        """Whether it may take any outcome at all."""
        return self.is_router and not self.outcomes

    @cached_property
    def error_outcome(self) -> str | None:
        on_error = self.body.get("on_error")
        outcome = on_error.get("emit") if isinstance(on_error, Mapping) else None
        return outcome if isinstance(outcome, str) and outcome else None

    @cached_property
    def emits(self) -> tuple[str, ...]:
        """Every outcome that may follow from it, that of a failure too."""
        return (*self.outcomes, *([self.error_outcome] if self.error_outcome else []))

    @property
    def node(self) -> Node:
        """It as a part of the graph."""
        triggers = tuple(trigger for _, trigger in self.triggers)
        is_entry = any(field == "start" for field, _ in self.triggers)
        return Node(self.name, self.starts, triggers, self.outcomes, self.error_outcome, self.is_open_router, is_entry)

    @cached_property
    def written(self) -> tuple[Written, ...]:
        """Its expressions and templates."""
        return tuple(written_in(self.body))

    @cached_property
    def reads(self) -> tuple[Read, ...]:
        """Every value that it reads; expressions that cannot be read are left out."""
        return tuple(read for written in self.written for read in self._reads(written))

    def _reads(self, written: Written) -> Iterator[Read]:
        for expression in written.readable:
            for path in expression.paths:
                if not (path[0] == "outputs" and path[1:2] and path[1] in written.earlier):
                    is_asked = f"has({'.'.join(path[:2])}" in expression.text
                    yield Read(f"{self.where}.{written.where}", path, is_asked)


def step_parts(document: Mapping[str, Any]) -> dict[str, StepPart]:
    """The steps of a flow by name; what is no object is left out."""
    methods = document.get("methods")
    pairs = methods.items() if isinstance(methods, Mapping) else ()
    return {str(name): step_part(str(name), body) for name, body in pairs if isinstance(body, Mapping)}


def graph_in(document: Mapping[str, Any]) -> Graph:
    """What follows from the triggers of a flow."""
    return graph_of(tuple(step.node for step in step_parts(document).values()))


def step_part(name: str, body: Mapping[str, Any]) -> StepPart:
    """The step; the same object for the same content, for as long as it is remembered."""
    try:
        text = json.dumps(body, default=str)
    except (TypeError, ValueError):
        text = json.dumps(plain(body), default=str)
    return _remembered(name, text)


@lru_cache(maxsize=REMEMBERED)
def _remembered(name: str, text: str) -> StepPart:
    return StepPart(name, json.loads(text))


def _trigger(condition: Any) -> Trigger | None:
    try:
        return trigger_of(condition)
    except DocumentError:
        return None
