"""The state of a flow as people fill it in: the schema that a form draws, and tables whose rows are initial states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from crewlab.definitions.flows.state import StateContract
from crewlab.definitions.schema_parts import plain_part, type_of, typed
from crewlab.definitions.tables.rows import InputTable


class StateRow(NamedTuple):
    """What one row gives a flow; a row with errors cannot run."""

    row_number: int
    """1-based, the header not counted."""
    state: dict[str, Any]
    errors: tuple[str, ...]


def form_schema(contract: StateContract) -> dict[str, Any]:
    """A JSON Schema with the fields that a launch is asked for: type, default, and whether it has to be given."""
    properties = {}
    for name, field in contract.asked.items():
        begins = {"default": field.default} if name in contract.defaults else {}
        guessed = {"type": type_of(field.default)} if not field.schema and begins else {}
        properties[name] = {**guessed, **field.schema, **begins}
    required = [name for name, field in contract.fields.items() if field.is_required]
    return {"$defs": contract.schema.get("$defs", {}), "properties": properties, "required": required}


def state_rows(
    table: InputTable, mapping: Mapping[str, str], constants: Mapping[str, Any], contract: StateContract
) -> list[StateRow]:
    """The state of each row: `mapping` says the column of a field, `constants` the value of one without.

    An empty cell leaves its field to the default. A row whose state does not fit says so in its errors.
    """
    schema = form_schema(contract)
    parts = {name: plain_part(schema, name) for name in mapping}
    rows = [_read(row, mapping, parts) for row in table.rows]
    return [
        StateRow(number, {**constants, **state}, _errors(number, {**constants, **state}, wrong, table, contract))
        for number, (state, wrong) in enumerate(rows, start=1)
    ]


def _read(
    cells: Mapping[str, str], mapping: Mapping[str, str], parts: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, Any], list[str]]:
    state: dict[str, Any] = {}
    wrong: list[str] = []
    for name, column in mapping.items():
        if not cells[column].strip():
            continue
        try:
            state[name] = typed(cells[column], parts[name])
        except ValueError as error:
            wrong.append(f"{name}: {error}.")
    return state, wrong


def _errors(
    number: int, state: Mapping[str, Any], wrong: list[str], table: InputTable, contract: StateContract
) -> tuple[str, ...]:
    """What is wrong with the row, its cells, or, where those can be read, with its state."""
    found = [*table.row_errors.get(number, ()), *wrong]
    return tuple(found or map(str, contract.problems(state)))
