"""What a launch of a flow may give: the fields of its state, as placeholders are what a crew asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.flows.state import StateContract
from crewlab.definitions.flows.written import written_in
from crewlab.errors import ExpressionError

ID = "id"
"""The field of every state that names the execution."""


def state_placeholders(document: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The fields of the state in their order, each with the places that read it.

    Where the state may hold anything, fields that steps read before any step writes them are among them.
    """
    contract = StateContract(document)
    reads = _reads(document)
    named = {name: reads.get(name, ("state",)) for name in contract.asked}
    if not contract.is_open:
        return named
    given = {*_written(document), *contract.fields, ID}
    return {**named, **{name: found for name, found in reads.items() if name not in given}}


def missing_fields(document: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    """The fields that have no default, that neither `given` nor a step gives a value, and that are needed."""
    contract = StateContract(document)
    needed = [field.name for field in contract.fields.values() if field.is_required]
    if contract.is_open:
        needed += [name for name in state_placeholders(document) if name not in contract.fields]
    return [name for name in dict.fromkeys(needed) if given.get(name) is None]


def _reads(document: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The fields that steps read without asking first whether they are there, with the places."""
    found: dict[str, list[str]] = {}
    for name, step in _steps(document).items():
        for written in written_in(step):
            try:
                expressions = written.expressions
            except ExpressionError:
                continue
            for expression in expressions:
                for path in expression.paths:
                    if path[0] == "state" and len(path) > 1 and f"has(state.{path[1]}" not in expression.text:
                        found.setdefault(path[1], []).append(f"methods.{name}.{written.where}")
    return {name: tuple(dict.fromkeys(places)) for name, places in found.items()}


def _written(document: Mapping[str, Any]) -> set[str]:
    values = (step.get("set") for step in _steps(document).values())
    return {str(field) for value in values if isinstance(value, Mapping) for field in value}


def _steps(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    methods = document.get("methods")
    steps = methods.items() if isinstance(methods, Mapping) else ()
    return {str(name): step for name, step in steps if isinstance(step, Mapping)}
