"""The state of a flow: its fields, what it begins with, and whether a value fits."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from crewlab.definitions.flows.conversation import STATE, UNASKED, is_conversation, state_with_conversation
from crewlab.definitions.schema_validation import MOST_MISFITS, misfits, validator_of
from crewlab.errors import InputsError

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator


@dataclass(frozen=True)
class StateField:
    """A field that a flow says its state has."""

    name: str
    schema: Mapping[str, Any]
    default: Any = None
    """What it begins with; `None` where nothing is said."""
    is_required: bool = False
    """Whether a launch has to give it, because it is required and has no default."""


class StateProblem(NamedTuple):
    """A value that does not fit: where, as `rows.0.price`, and why."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


class StateContract:
    """What the `state` of a flow says; made once for an execution. A flow that says nothing allows anything."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        state = state_with_conversation(document)
        self._added: Mapping[str, Mapping[str, Any]] = STATE if is_conversation(document) else {}
        self._state: Mapping[str, Any] = state if isinstance(state, Mapping) else {}
        schema = self._state.get("json_schema")
        self.schema: Mapping[str, Any] = schema if isinstance(schema, Mapping) else {}
        """JSON Schema of the state; empty for a plain dict."""

    @property
    def is_open(self) -> bool:
        """Whether it may hold fields that it does not name."""
        return not self._properties or self.schema.get("additionalProperties", False) not in (False, None)

    @cached_property
    def fields(self) -> dict[str, StateField]:
        """The fields that are named, by a schema or by a default, in their order."""
        required = self.schema.get("required")
        needed = {name for name in required if isinstance(name, str)} if isinstance(required, list) else set()
        given = self._without_gaps(self.defaults)
        defaults = {name: self._added.get(name, {}) for name in self._written_defaults}
        named: dict[str, Mapping[str, Any]] = {**defaults, **self._properties}
        return {
            name: StateField(name, schema, self.defaults.get(name), name in needed and name not in given)
            for name, schema in named.items()
        }

    @property
    def asked(self) -> dict[str, StateField]:
        """Those of them that a launch is asked for; a conversation fills others by itself."""
        return {name: field for name, field in self.fields.items() if not (self._added and name in UNASKED)}

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """What the fields begin with that have a default; `default` of the state wins over its schema's."""
        return {**self._schema_defaults, **self._written_defaults}

    def initial(self, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The state that an execution begins with: defaults, what a launch gives, and nothing in the other fields.

        `id` is left out unless it is given: that is the id of the execution.

        Raises:
            InputsError: A value does not fit, a field is missing, or there is no such field; it says which.
        """
        values = {**copy.deepcopy(self.defaults), **(given or {})}
        problems = [*self._unknown(values), *self._misfits(values)]
        if problems:
            rest = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
            raise InputsError(f"The state does not fit: {problems[0]}{rest}", self._hint())
        return {**{name: None for name in self._properties if name != "id"}, **values}

    def problems(self, values: Mapping[str, Any]) -> list[StateProblem]:
        """What does not fit in a launch with these values, the first twelve."""
        whole = {**self.defaults, **values}
        return [*self._unknown(whole), *self._misfits(whole)][:MOST_MISFITS]

    def field_problem(self, name: str, value: Any) -> StateProblem | None:
        """What is wrong with writing `value` into the field `name`; an absent value always fits."""
        for problem in self._unknown({name: value}):
            return problem
        if value is None or name not in self._properties:
            return None
        validator = self._validator.evolve(schema=self._properties[name])
        return next((_told(misfit, name) for misfit in misfits(validator, value)), None)

    def _unknown(self, values: Mapping[str, Any]) -> Iterator[StateProblem]:
        for name in values if not self.is_open else ():
            if name not in self._properties:
                close = get_close_matches(str(name)[:80], self._properties, n=1)
                said = f" Did you mean {close[0]!r}?" if close else ""
                yield StateProblem(str(name)[:80], f"The state has no such field.{said}")

    def _misfits(self, values: Mapping[str, Any]) -> Iterator[StateProblem]:
        if not self.schema:
            return
        known = {name: value for name, value in values.items() if self.is_open or name in self._properties}
        yield from (_told(misfit) for misfit in misfits(self._validator, self._without_gaps(known)))

    def _without_gaps(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values without those that are nothing, in fields that cannot be nothing: they count as not given."""
        return {name: value for name, value in values.items() if value is not None or self._may_be_nothing(name)}

    def _may_be_nothing(self, name: str) -> bool:
        schema = self._properties.get(name)
        return schema is None or not misfits(self._validator.evolve(schema=schema), None)

    def _hint(self) -> str:
        return f"Fields of the state: {', '.join(list(self._properties)[:12])}." if self._properties else ""

    @cached_property
    def _properties(self) -> dict[str, Mapping[str, Any]]:
        properties = self.schema.get("properties")
        if not isinstance(properties, Mapping):
            return {}
        whole = {name: {} if schema is True else schema for name, schema in properties.items()}  # `true` takes anything
        return {str(name): schema for name, schema in whole.items() if isinstance(schema, Mapping)}

    @cached_property
    def _written_defaults(self) -> dict[str, Any]:
        default = self._state.get("default")
        return dict(default) if isinstance(default, Mapping) else {}

    @cached_property
    def _schema_defaults(self) -> dict[str, Any]:
        return {name: schema["default"] for name, schema in self._properties.items() if "default" in schema}

    @cached_property
    def _validator(self) -> Draft202012Validator:
        return validator_of(self.schema)


def _told(misfit: tuple[tuple[str, ...], str], name: str = "") -> StateProblem:
    place, what = misfit
    return StateProblem(".".join(filter(None, [name, *place]))[:200], what)
