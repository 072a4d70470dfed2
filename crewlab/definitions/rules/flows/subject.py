"""What a rule about flows looks at: a flow of any shape, with its steps, its state, its graph and what it uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from crewlab.definitions.expressions.names import Given
from crewlab.definitions.flows.conversation import ROUTE, STATE, added_steps, is_conversation
from crewlab.definitions.flows.graph import Graph, graph_of
from crewlab.definitions.flows.references import PlacedAction, Reference, reference_key, reference_of
from crewlab.definitions.flows.state import StateContract
from crewlab.definitions.flows.step_part import StepPart, step_part, step_parts
from crewlab.definitions.known import Known, KnownDefinitions
from crewlab.definitions.overlay import Overlay
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.flows.asked import Asked, asked_of
from crewlab.definitions.rules.schemas import schema_flaws
from crewlab.definitions.version import DefinitionVersion
from crewlab.errors import DefinitionNotFoundError


class Used(NamedTuple):
    """A crew or flow step, and the document that it runs."""

    placed: PlacedAction
    document: Mapping[str, Any]


@dataclass(frozen=True)
class FlowSubject:
    """The flow under check. Parts of the wrong type are absent here; the rule about types reports them."""

    document: Mapping[str, Any]
    known: Known
    overlay: Overlay = field(default_factory=Overlay)
    root: str = ""
    """The name of the flow that a check began with."""
    path: tuple[str, ...] = ()
    """The flows from there to this one, as `name@number`, without the first."""

    @cached_property
    def steps(self) -> dict[str, StepPart]:
        return step_parts(self.document)

    @cached_property
    def state(self) -> StateContract:
        return StateContract(self.document)

    @cached_property
    def state_flaws(self) -> tuple[str, ...]:
        """Why the schema of the state cannot be used."""
        written = self.document.get("state")
        schema = written.get("json_schema") if isinstance(written, Mapping) else None
        return tuple(schema_flaws(schema)) if isinstance(schema, Mapping) else ()

    @cached_property
    def known_outputs(self) -> dict[tuple[str, tuple[str, ...], int], tuple[Given, ...]]:
        """What the outputs of steps may be, as far as a rule has asked: by step, fields, and steps to look through."""
        return {}

    @cached_property
    def filled_fields(self) -> frozenset[str]:
        """The fields of the state that have a value in each run, or that a step may give one."""
        steps = (step.body.get("set") for step in self.steps.values())
        written = (field for fields in steps if isinstance(fields, Mapping) for field in fields)
        fields = self.state.fields.values()
        given = (field.name for field in fields if field.is_required or field.default is not None)
        said = STATE if is_conversation(self.document) else ()
        return frozenset((*given, *map(str, written), *said, "id"))

    @cached_property
    def graph(self) -> Graph:
        return graph_of(tuple(step.node for step in (*self.steps.values(), *self.added.values())))

    @cached_property
    def added(self) -> dict[str, StepPart]:
        """The steps that a conversation adds. Its route comes after everything that starts, and what follows of it."""
        starts = [name for name, step in self.steps.items() if step.starts]
        added = added_steps(self.document)
        if ROUTE in added and starts:
            added[ROUTE] = {**added[ROUTE], "start": None, "listen": {"and": starts}}
        return {name: step_part(name, body) for name, body in added.items()}

    @cached_property
    def outcomes(self) -> dict[str, list[StepPart]]:
        """Every outcome that is declared, with the steps that may take it."""
        found: dict[str, list[StepPart]] = {}
        for step in (*self.steps.values(), *self.added.values()):
            for outcome in step.emits:
                found.setdefault(outcome, []).append(step)
        return found

    @cached_property
    def has_open_router(self) -> bool:
        """Whether a router may take outcomes that nobody declares."""
        return any(step.is_open_router for step in self.steps.values())

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """The definitions that steps name."""
        return tuple(reference for step in self.steps.values() for reference in step.references)

    @cached_property
    def versions(self) -> dict[tuple[str, int | None], DefinitionVersion]:
        """Those of them that there are, by name and number as they are written."""
        known = self.known.definitions
        asked = {(reference.name, reference.number) for reference in self.references} if known is not None else ()
        found = ((key, _found(known, *key)) for key in asked if known is not None)
        return {key: version for key, version in found if version is not None}

    def version(self, reference: Reference) -> DefinitionVersion | None:
        """The version that a step names; nothing where nobody knows of definitions, or there is none."""
        return self.versions.get((reference.name, reference.number))

    @cached_property
    def used(self) -> dict[str, Used]:
        """What crew and flow steps run, by the place of the action; those of which nothing is known are left out."""
        placed = (placed for step in self.steps.values() for placed in step.actions)
        found = ((action, self._document(action)) for action in placed if action.call in ("crew", "flow"))
        return {action.where: Used(action, document) for action, document in found if document is not None}

    @cached_property
    def asked(self) -> dict[str, Asked]:
        """What the crews of crew steps ask for, by the place of the action."""
        return {where: asked_of(used.document) for where, used in self.used.items() if used.placed.call == "crew"}

    def _document(self, placed: PlacedAction) -> Mapping[str, Any] | None:
        inline, reference = placed.action.get("with"), reference_of(placed)
        if isinstance(inline, Mapping):
            return inline
        version = self.version(reference) if reference is not None else None
        return version.document if version is not None and version.kind == placed.call else None

    def key(self, version: DefinitionVersion) -> str:
        return reference_key(version.name, version.number)


def _found(known: KnownDefinitions, name: str, number: int | None) -> DefinitionVersion | None:
    try:
        return known.find(name, number)
    except DefinitionNotFoundError:
        return None


StepRule = Callable[[StepPart], Iterable[Problem]]
"""Looks at a step by itself: its findings are kept for as long as the step stays as it is."""
FlowRule = Callable[[FlowSubject], Iterable[Problem]]
