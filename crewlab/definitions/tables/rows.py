"""Tables of inputs: one execution for each row."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from crewlab.definitions.tables.mapping import RowInputs, apply_mapping, guess_mapping
from crewlab.definitions.tables.text import decoded
from crewlab.definitions.tables.workbook import is_workbook, workbook_cells
from crewlab.errors import InputsError

__all__ = ["InputTable", "RowInputs", "apply_mapping", "guess_mapping", "read_table"]

DELIMITERS = (",", ";", "\t", "|")
MAX_COLUMNS = 1000
SAMPLE_ROWS = 50
SAMPLE_CHARACTERS = 1_000_000


@dataclass(frozen=True)
class InputTable:
    """A table as text. `row_errors` holds, by 1-based row number, why a row cannot be used."""

    columns: tuple[str, ...]
    rows: list[dict[str, str]]
    encoding: str
    """`utf-8`, `utf-16`, `cp1252`, or `xlsx`."""
    delimiter: str | None
    """`None` for a workbook."""
    warnings: tuple[str, ...] = ()
    row_errors: dict[int, tuple[str, ...]] = field(default_factory=dict)


def read_table(
    data: bytes, filename: str, *, max_cell_bytes: int = 1_000_000, max_table_bytes: int = 50_000_000
) -> InputTable:
    """The table in a CSV file (comma, semicolon, tab or bar; UTF-8, UTF-16 or Windows-1252) or an .xlsx workbook.

    The first row names the columns. Empty rows are left out. A row with a cell too few, too many or too large stays,
    with its error.

    Raises:
        InputsError: The file is too large, not a table, empty, or has two columns of the same name.
    """
    if len(data) > max_table_bytes:
        raise InputsError(
            f"{filename} has {_megabytes(len(data))}; a table may have {_megabytes(max_table_bytes)}.",
            "Split it, or raise CREWLAB_MAX_TABLE_BYTES.",
        )
    if is_workbook(data):
        cells, notes = workbook_cells(data, filename, max_table_bytes)
        return _table(cells, filename, "xlsx", None, notes, max_cell_bytes)
    text, encoding, notes = decoded(data, filename)
    delimiter = _delimiter(text)
    return _table(_csv_rows(text, delimiter, filename), filename, encoding, delimiter, notes, max_cell_bytes)


def _table(
    cells: Iterator[list[str]],
    filename: str,
    encoding: str,
    delimiter: str | None,
    notes: Sequence[str],
    max_cell_bytes: int,
) -> InputTable:
    header = next((row for row in cells if any(map(str.strip, row))), None)
    if header is None:
        raise InputsError(f"{filename} is empty.", "The first row names the columns, each further one is a run.")
    columns = _columns(header, filename)
    rows, errors, empty = _rows(cells, columns, max_cell_bytes)
    if not rows:
        raise InputsError(f"{filename} has no rows below its header.", "Each row below the header is one execution.")
    if empty:
        notes = [*notes, f"{empty:,} empty {'row was' if empty == 1 else 'rows were'} left out."]
    return InputTable(tuple(columns), rows, encoding, delimiter, tuple(notes), errors)


def _columns(header: list[str], filename: str) -> list[str]:
    """The names, stripped; trailing cells without a name are no columns, those in between get one."""
    names = [cell.strip().strip("\ufeff") for cell in header]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise InputsError(f"{filename} has {len(names):,} columns; {MAX_COLUMNS:,} are possible.", "Is it a table?")
    names = [name or f"column {number}" for number, name in enumerate(names, start=1)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise InputsError(f"{filename} has two columns named {twice[0]!r}.", "Give each column a name of its own.")
    return names


def _rows(
    cells: Iterator[list[str]], columns: list[str], max_cell_bytes: int
) -> tuple[list[dict[str, str]], dict[int, tuple[str, ...]], int]:
    rows: list[dict[str, str]] = []
    errors: dict[int, tuple[str, ...]] = {}
    empty, width, safe = 0, len(columns), max_cell_bytes // 4  # a character has at most four bytes
    for row in cells:
        if not any(row) or not any(map(str.strip, row)):
            empty += 1
            continue
        if len(row) != width or max(map(len, row)) > safe:
            found = tuple(_row_errors(row, columns, max_cell_bytes))
            if found:
                errors[len(rows) + 1] = found
            row = (row + [""] * width)[:width]
        rows.append(dict(zip(columns, row, strict=True)))
    return rows, errors, empty


def _row_errors(row: list[str], columns: list[str], max_cell_bytes: int) -> Iterator[str]:
    used = len(row)
    while used > len(columns) and not row[used - 1].strip():
        used -= 1
    if used != len(columns):
        yield f"It has {used} {'cell' if used == 1 else 'cells'}, and the header has {len(columns)}."
    for name, cell in zip(columns, row, strict=False):
        size = len(cell.encode("utf-8", "replace"))
        if size > max_cell_bytes:
            yield f"{name!r} holds {_megabytes(size)}; a cell may hold {_megabytes(max_cell_bytes)}."


def _csv_rows(text: str, delimiter: str, filename: str) -> Iterator[list[str]]:
    _allow_large_cells(len(text))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=_has_open_quote(text))
    try:
        yield from reader
    except csv.Error as error:
        raise InputsError(
            f"{filename}, line {reader.line_num:,}: the row cannot be read ({error}).",
            'A quote may be missing: a text with the delimiter or a line break in it is written "like this".',
        ) from error


def _has_open_quote(text: str) -> bool:
    """An odd number of quotes is an open one: reading strictly finds it, instead of swallowing the rest of the file."""
    return text.count('"') % 2 == 1


def _allow_large_cells(size: int) -> None:
    """The limit is one for the whole process, so it is only ever raised; `_row_errors` holds cells to our own."""
    if csv.field_size_limit() < size:
        csv.field_size_limit(size)


def _delimiter(text: str) -> str:
    """The delimiter that gives most rows of the beginning the same number of cells, more than one."""
    sample = text[:SAMPLE_CHARACTERS]
    _allow_large_cells(len(sample))
    return max(DELIMITERS, key=lambda delimiter: _fit(sample, delimiter))


def _fit(text: str, delimiter: str) -> tuple[float, int]:
    sample = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), SAMPLE_ROWS))
    widths = [len(row) for row in sample if row]
    if not widths or widths[0] < 2:
        return (0.0, 0)
    return (sum(width == widths[0] for width in widths) / len(widths), widths[0])


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size / 1000:.1f} kB"
