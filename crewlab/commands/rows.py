"""The rows of an input table as the inputs of executions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crewlab.definitions.flows.state import StateContract
from crewlab.definitions.flows.state_cells import state_rows
from crewlab.definitions.tables.mapping import RowInputs
from crewlab.definitions.tables.rows import InputTable, apply_mapping, guess_mapping, read_table
from crewlab.errors import InputsError
from crewlab.settings import Settings

_MOST_NAMED = 5


@dataclass(frozen=True)
class Rows:
    """The inputs of each row, and what a person should know of the table."""

    inputs: list[dict[str, Any]]
    notes: tuple[str, ...]


def read_rows(path: Path, placeholders: Iterable[str], settings: Settings) -> Rows:
    """Each row of the table at `path`. A column that fits a placeholder gets its name; the others are kept as they are.

    Raises:
        InputsError: The file is not a table, or some of its rows cannot be used.
    """
    limits = {"max_cell_bytes": settings.max_cell_bytes, "max_table_bytes": settings.max_table_bytes}
    table = read_table(_content(path, settings.max_table_bytes), path.name, **limits)
    mapping = guess_mapping(table.columns, placeholders)
    _refuse_errors(path, apply_mapping(table, mapping))
    names = {column: name for name, column in mapping.items()}
    inputs = [{names.get(column, column): value for column, value in row.items()} for row in table.rows]
    return Rows(inputs, (*table.warnings, *_renamed(mapping), *_unused(table, mapping)))


def read_states(path: Path, contract: StateContract, settings: Settings) -> Rows:
    """Each row of the table at `path` as a state that a flow begins with. An empty cell leaves a field as it is.

    Raises:
        InputsError: The file is not a table, or the state of some rows does not fit.
    """
    limits = {"max_cell_bytes": settings.max_cell_bytes, "max_table_bytes": settings.max_table_bytes}
    table = read_table(_content(path, settings.max_table_bytes), path.name, **limits)
    fields = contract.asked or dict.fromkeys(table.columns)
    mapping = guess_mapping(table.columns, fields)
    rows = state_rows(table, mapping, {}, contract)
    _refuse_errors(path, [RowInputs(row.row_number, {}, row.errors) for row in rows])
    return Rows([row.state for row in rows], (*table.warnings, *_renamed(mapping), *_unused(table, mapping)))


def _content(path: Path, most: int) -> bytes:
    try:
        if path.stat().st_size > most:
            with path.open("rb") as file:  # enough of it for `read_table` to say that it is too large
                return file.read(most + 1)
        return path.read_bytes()
    except OSError as error:
        raise InputsError(f"{path} cannot be read: {error.strerror}.", "Check the path and its permissions.") from error


def _refuse_errors(path: Path, rows: Iterable[RowInputs]) -> None:
    wrong = [(row.row_number, row.errors[0]) for row in rows if row.errors]
    if not wrong:
        return
    named = " ".join(f"Row {number}: {error}" for number, error in wrong[:_MOST_NAMED])
    more = f" And {len(wrong) - _MOST_NAMED} more rows." if len(wrong) > _MOST_NAMED else ""
    rows_are = "1 row" if len(wrong) == 1 else f"{len(wrong)} rows"
    raise InputsError(
        f"{rows_are} of {path.name} cannot be used. {named}{more}", "Nothing was started: correct the file."
    )


def _renamed(mapping: Mapping[str, str]) -> list[str]:
    pairs = [f"{column!r} as {{{name}}}" for name, column in mapping.items() if column != name]
    return [f"Used under another name: {', '.join(pairs)}."] if pairs else []


def _unused(table: InputTable, mapping: Mapping[str, str]) -> list[str]:
    extra = [column for column in table.columns if column not in mapping.values()]
    return [f"Not asked for, kept beside the results: {', '.join(extra)}."] if extra else []
