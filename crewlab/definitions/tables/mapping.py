"""Which column of a table fills which placeholder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from crewlab.errors import InputsError

if TYPE_CHECKING:
    from crewlab.definitions.tables.rows import InputTable


class RowInputs(NamedTuple):
    """What one row gives an execution; a row with errors cannot run."""

    row_number: int
    """1-based, the header not counted."""
    inputs: dict[str, str]
    errors: tuple[str, ...]


def guess_mapping(columns: Sequence[str], placeholders: Iterable[str]) -> dict[str, str]:
    """Placeholder -> column, for names that are equal but for case, spaces, underscores and hyphens.

    The only column goes to the only placeholder, whatever their names. What has no column is left out.
    """
    wanted = list(placeholders)
    by_key = {_key(column): column for column in reversed(columns)}
    mapping = {name: name if name in columns else by_key[_key(name)] for name in wanted if _key(name) in by_key}
    if not mapping and len(wanted) == len(columns) == 1:
        return {wanted[0]: columns[0]}
    return mapping


def apply_mapping(
    table: InputTable, mapping: Mapping[str, str], constants: Mapping[str, str] | None = None
) -> list[RowInputs]:
    """The inputs of each row: `mapping` says the column of a placeholder, `constants` the value of one without.

    Raises:
        InputsError: The mapping names a column that the table does not have.
    """
    missing = [column for column in mapping.values() if column not in table.columns]
    if missing:
        raise InputsError(f"The table has no column {missing[0]!r}.", f"Its columns: {', '.join(table.columns[:20])}.")
    fixed, pairs = dict(constants or {}), list(mapping.items())
    return [
        _row(
            number, {**fixed, **{name: row[column] for name, column in pairs}}, table.row_errors.get(number, ()), pairs
        )
        for number, row in enumerate(table.rows, start=1)
    ]


def _row(number: int, inputs: dict[str, str], errors: tuple[str, ...], pairs: list[tuple[str, str]]) -> RowInputs:
    if not all(map(str.strip, inputs.values())):
        errors = (*errors, *_empty(inputs, dict(pairs)))
    return RowInputs(number, inputs, errors)


def _empty(inputs: Mapping[str, str], columns: Mapping[str, str]) -> Iterator[str]:
    for name, value in inputs.items():
        if not value.strip():
            where = f"the cell in {columns[name]!r} is empty" if name in columns else "no value is given"
            yield f"There is no {{{name}}}: {where}."


def _key(name: str) -> str:
    return re.sub(r"[\s_\-]+", "", name).casefold()
