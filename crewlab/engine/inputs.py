"""The values that an execution is given."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from crewlab.definitions.flows.state import StateContract
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.placeholders import placeholders, with_defaults
from crewlab.errors import InputsError

MOST_NAMED = 3
"""Rows that a message names before it only counts."""


def starting_values(document: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What an execution of each row begins with: the inputs of a crew, or the state of a flow.

    Raises:
        InputsError: As `complete_inputs`; or a value does not fit the state of the flow.
    """
    if kind_of(document) == "crew":
        return complete_inputs(document, rows)
    contract, listed = StateContract(document), list(rows)
    if not listed:
        raise InputsError("The table has no rows.", "Give at least one row of values.")
    return [_state(contract, row, number if len(listed) > 1 else 0) for number, row in enumerate(listed, start=1)]


def _state(contract: StateContract, row: Any, number: int) -> dict[str, Any]:
    """The state that a row means; an error says its number, where there are several."""
    try:
        return contract.initial({str(name): _plain(value) for name, value in inputs_of(row).items()})
    except InputsError as error:
        raise InputsError(f"Row {number}: {error.message}" if number else error.message, error.hint) from None


def complete_inputs(document: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One dict of inputs per row, with the document's defaults, in plain Python types.

    Raises:
        InputsError: There are no rows, one is not a mapping, or a placeholder has no value in some of them.
    """
    needed = list(placeholders(document))
    complete = [
        with_defaults(document, {str(name): _plain(value) for name, value in inputs_of(row).items()}) for row in rows
    ]
    if not complete:
        raise InputsError("The table has no rows.", "Give at least one row of inputs.")
    missing = {
        number: names
        for number, row in enumerate(complete, start=1)
        if (names := [name for name in needed if row.get(name) is None])
    }
    if missing:
        raise InputsError(_sentence(missing, len(complete)), f"The definition asks for {', '.join(needed)}.")
    return complete


def inputs_of(given: Any) -> Mapping[str, Any]:
    """The values by name that are given. Raises `InputsError` for anything else."""
    if isinstance(given, Mapping):
        return given
    kind = type(given).__name__
    raise InputsError(
        f"Inputs are a mapping of names to values, and this is of the type {kind}.",
        'For example {"topic": "heat pumps"}; the rows of a frame are frame.to_dict("records").',
    )


def _sentence(missing: Mapping[int, list[str]], rows_count: int) -> str:
    if rows_count == 1:
        return f"There is no value for {', '.join(missing[1])}."
    some = "; ".join(f"row {number}: {', '.join(names)}" for number, names in list(missing.items())[:MOST_NAMED])
    more = f"; and {len(missing) - MOST_NAMED} more rows" if len(missing) > MOST_NAMED else ""
    return f"There are values missing in {some}{more}."


def _plain(value: Any) -> Any:
    """What a cell of a pandas frame means: numpy numbers as Python's, a missing value as none."""
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return value
