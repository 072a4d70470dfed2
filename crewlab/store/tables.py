"""Sets of rows on their way into a table: gathered in Python, handed over as Arrow, written by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

TEXT, BOOL = pa.string(), pa.bool_()
INT, LONG, REAL = pa.int32(), pa.int64(), pa.float64()
TIME = pa.timestamp("us", "UTC")

USAGE = {
    "model_calls": INT,
    "failed_calls": INT,
    "input_tokens": LONG,
    "output_tokens": LONG,
    "cached_tokens": LONG,
    "reasoning_tokens": LONG,
    "cost_usd": REAL,
    "unpriced_calls": INT,
    "unknown_calls": INT,
    "tool_calls": INT,
    "retries": INT,
    "guardrail_retries": INT,
}
"""The columns of a `Usage`, in the order of its fields."""


@dataclass(frozen=True)
class Table:
    """A table, the columns that are written, and the statement that writes a set of rows."""

    name: str
    columns: dict[str, pa.DataType]
    write: str

    def put(self, cursor: duckdb.DuckDBPyConnection, rows: Sequence[Sequence[Any]]) -> None:
        """Write `rows`, each in the order of `columns`; no rows, no statement."""
        if not rows:
            return
        arrays = [
            pa.array(values, type_)
            for values, type_ in zip(zip(*rows, strict=True), self.columns.values(), strict=True)
        ]
        cursor.register("new_rows", pa.Table.from_arrays(arrays, names=list(self.columns)))
        try:
            cursor.execute(self.write)
        finally:
            cursor.unregister("new_rows")


def _insert(name: str, columns: dict[str, pa.DataType], verb: str = "INSERT", **casts: str) -> Table:
    values = ", ".join(casts.get(column, column) for column in columns)
    return Table(name, columns, f"{verb} INTO {name} ({', '.join(columns)}) SELECT {values} FROM new_rows")


def _update(name: str, key: str, columns: dict[str, pa.DataType]) -> Table:
    assignments = ", ".join(f"{column} = new_rows.{column}" for column in columns if column != key)
    return Table(name, columns, f"UPDATE {name} SET {assignments} FROM new_rows WHERE {name}.{key} = new_rows.{key}")


EVENTS = _insert(
    "events",
    {
        "event_id": LONG,
        "execution_id": TEXT,
        "attempt": INT,
        "sequence": INT,
        "occurred_at": TIME,
        "level": TEXT,
        "kind": TEXT,
        "task_name": TEXT,
        "agent": TEXT,
        "message": TEXT,
        "payload": TEXT,
    },
    payload="payload::JSON::VARIANT",
)

TASKS = _insert(
    "tasks",
    {
        "execution_id": TEXT,
        "attempt": INT,
        "task_index": INT,
        "task_name": TEXT,
        "agent": TEXT,
        "status": TEXT,
        "description": TEXT,
        "context": TEXT,
        "started_at": TIME,
        "ended_at": TIME,
        "output": TEXT,
        "output_json": TEXT,
        "error": TEXT,
        "reused_from_attempt": INT,
        **USAGE,
    },
    verb="INSERT OR REPLACE",
)

MODEL_CALLS = _insert(
    "model_calls",
    {
        "execution_id": TEXT,
        "attempt": INT,
        "sequence": INT,
        "call_id": TEXT,
        "task_name": TEXT,
        "agent": TEXT,
        "purpose": TEXT,
        "model": TEXT,
        "status": TEXT,
        "started_at": TIME,
        "ended_at": TIME,
        "input_tokens": LONG,
        "output_tokens": LONG,
        "cached_tokens": LONG,
        "reasoning_tokens": LONG,
        "cost_usd": REAL,
        "price": TEXT,
        "retries": INT,
        "finish_reason": TEXT,
        "messages": TEXT,
        "tools": TEXT,
        "parameters": TEXT,
        "response": TEXT,
        "error": TEXT,
        "is_rehearsal": BOOL,
    },
)

TOOL_CALLS = _insert(
    "tool_calls",
    {
        "execution_id": TEXT,
        "attempt": INT,
        "sequence": INT,
        "call_id": TEXT,
        "task_name": TEXT,
        "agent": TEXT,
        "tool": TEXT,
        "status": TEXT,
        "started_at": TIME,
        "ended_at": TIME,
        "arguments": TEXT,
        "result": TEXT,
        "from_cache": BOOL,
        "error": TEXT,
    },
)

BATCHES = _insert(
    "batches",
    {
        "batch_id": TEXT,
        "owner": TEXT,
        "name": TEXT,
        "definition_id": TEXT,
        "definition_name": TEXT,
        "version_number": INT,
        "input_columns": TEXT,
        "origin": TEXT,
        "created_at": TIME,
        "size": INT,
    },
)

DOCUMENTS = _insert("documents", {"document_hash": TEXT, "document": TEXT}, verb="INSERT OR IGNORE")

FIXED = {
    "execution_id": TEXT,
    "owner": TEXT,
    "definition_id": TEXT,
    "definition_name": TEXT,
    "version_number": INT,
    "content_hash": TEXT,
    "document_hash": TEXT,
    "inputs": TEXT,
    "input_hash": TEXT,
    "options": TEXT,
    "origin": TEXT,
    "priority": INT,
    "batch_id": TEXT,
    "row_number": INT,
    "is_rehearsal": BOOL,
    "tasks_total": INT,
    "created_at": TIME,
}
"""Columns of an execution that never change."""

MOVING = {
    "status": TEXT,
    "status_message": TEXT,
    "reason": TEXT,
    "attempt": INT,
    "last_sequence": INT,
    "started_at": TIME,
    "in_flight_since": TIME,
    "ended_at": TIME,
    "duration_seconds": REAL,
    "tasks_done": INT,
    "current_task": TEXT,
    "output": TEXT,
    "output_json": TEXT,
    "error": TEXT,
    "models": TEXT,
    **USAGE,
}
"""Columns of an execution that its attempts change."""

NEW_EXECUTIONS = _insert("executions", {**FIXED, **MOVING})
CHANGED_EXECUTIONS = _update("executions", "execution_id", {"execution_id": TEXT, **MOVING})
