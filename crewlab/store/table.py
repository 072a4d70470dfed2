"""Rows on their way into a table: one or two as parameters, more of them as Arrow in one statement.

DuckDB plans every statement anew, and planning is most of what a small one costs: a set costs little more than
a row, and a single row costs less than half of a set of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

_FEW = 2
"""Up to this many rows, statements with parameters are cheaper than one statement over Arrow."""

TEXT, BOOL = pa.string(), pa.bool_()
INT, LONG, REAL = pa.int32(), pa.int64(), pa.float64()
TIME = pa.timestamp("us", "UTC")


@dataclass(frozen=True)
class Table:
    """A table, the columns that are written, and the statements that write one row or a set of rows."""

    name: str
    columns: dict[str, pa.DataType]
    write_one: str
    write_set: str

    def put(self, cursor: duckdb.DuckDBPyConnection, rows: Sequence[Sequence[Any]]) -> None:
        """Write `rows`, each in the order of `columns`; no rows, no statement."""
        if len(rows) <= _FEW:
            for row in rows:
                cursor.execute(self.write_one, row)
        else:
            self._put_set(cursor, rows)

    def _put_set(self, cursor: duckdb.DuckDBPyConnection, rows: Sequence[Sequence[Any]]) -> None:
        arrays = [
            pa.array(values, type_)
            for values, type_ in zip(zip(*rows, strict=True), self.columns.values(), strict=True)
        ]
        cursor.register("new_rows", pa.Table.from_arrays(arrays, names=list(self.columns)))
        try:
            cursor.execute(self.write_set)
        finally:
            cursor.unregister("new_rows")


def warm_up() -> None:
    """Pay for what pyarrow does at its first array, which is to import pandas, before somebody waits for a row."""
    pa.array([0], INT)


def inserting(name: str, columns: dict[str, pa.DataType], verb: str = "INSERT", **casts: str) -> Table:
    """Rows that are added; a column is cast as `casts` says."""
    target = f"{verb} INTO {name} ({', '.join(columns)})"
    one = ", ".join(f"${number}{casts.get(column, '')}" for number, column in enumerate(columns, 1))
    many = ", ".join(f"{column}{casts.get(column, '')}" for column in columns)
    return Table(name, columns, f"{target} VALUES ({one})", f"{target} SELECT {many} FROM new_rows")


def updating(name: str, keys: Sequence[str], columns: dict[str, pa.DataType]) -> Table:
    """Rows that are there already, found by `keys`, with new values in the other columns."""
    numbers = {column: number for number, column in enumerate(columns, 1)}
    one = ", ".join(f"{column} = ${number}" for column, number in numbers.items() if column not in keys)
    many = ", ".join(f"{column} = new_rows.{column}" for column in columns if column not in keys)
    one_row = " AND ".join(f"{key} = ${numbers[key]}" for key in keys)
    each_row = " AND ".join(f"{name}.{key} = new_rows.{key}" for key in keys)
    return Table(
        name,
        columns,
        f"UPDATE {name} SET {one} WHERE {one_row}",
        f"UPDATE {name} SET {many} FROM new_rows WHERE {each_row}",
    )
