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


def _insert(name: str, columns: dict[str, pa.DataType], verb: str = "INSERT", **casts: str) -> Table:
    target = f"{verb} INTO {name} ({', '.join(columns)})"
    one = ", ".join(f"${number}{casts.get(column, '')}" for number, column in enumerate(columns, 1))
    many = ", ".join(f"{column}{casts.get(column, '')}" for column in columns)
    return Table(name, columns, f"{target} VALUES ({one})", f"{target} SELECT {many} FROM new_rows")


def _update(name: str, keys: Sequence[str], columns: dict[str, pa.DataType]) -> Table:
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
    payload="::JSON::VARIANT",
)

TASK = {
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
    "reused_from_execution_id": TEXT,
    "is_edited": BOOL,
    **USAGE,
}
"""The columns of a task. New and changed rows are told apart: an upsert costs three times as much as either."""

NEW_TASKS = _insert("tasks", TASK)
CHANGED_TASKS = _update("tasks", ["execution_id", "attempt", "task_index"], TASK)

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
        "is_replay": BOOL,
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
        "is_replay": BOOL,
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
    "tasks_total": INT,
    "created_at": TIME,
    "origin_execution_id": TEXT,
    "forked_from_task": TEXT,
    "dedicated": TEXT,
    "kind": TEXT,
    "parent_execution_id": TEXT,
    "parent_step": TEXT,
    "root_execution_id": TEXT,
}
"""Columns of an execution that no attempt changes; a resume may change the limits among the options."""

STATUS = {
    "status": TEXT,
    "status_message": TEXT,
    "reason": TEXT,
    "attempt": INT,
    "last_sequence": INT,
    "started_at": TIME,
    "in_flight_since": TIME,
    "ended_at": TIME,
    "duration_seconds": REAL,
}
"""Columns of an execution that a mere move of its status changes."""

MOVING = {
    **STATUS,
    "tasks_done": INT,
    "current_task": TEXT,
    "output": TEXT,
    "output_json": TEXT,
    "error": TEXT,
    "is_rehearsal": BOOL,
    "models": TEXT,
    **USAGE,
}
"""Columns of an execution that its attempts change."""

NEW_EXECUTIONS = _insert("executions", {**FIXED, **MOVING})
MOVED_EXECUTIONS = _update("executions", ["execution_id"], {"execution_id": TEXT, **STATUS})
CHANGED_EXECUTIONS = _update("executions", ["execution_id"], {"execution_id": TEXT, **MOVING})
CHANGED_OPTIONS = _update("executions", ["execution_id"], {"execution_id": TEXT, "options": TEXT, "priority": INT})

GIVEN_TASKS = _insert(
    "given_tasks",
    {
        "execution_id": TEXT,
        "task_index": INT,
        "task_name": TEXT,
        "agent": TEXT,
        "from_execution_id": TEXT,
        "from_attempt": INT,
        "is_edited": BOOL,
        "output": TEXT,
        "output_json": TEXT,
    },
)

QUESTIONS = _insert(
    "questions",
    {
        "question_id": TEXT,
        "execution_id": TEXT,
        "attempt": INT,
        "task_index": INT,
        "task_name": TEXT,
        "agent": TEXT,
        "prompt": TEXT,
        "output": TEXT,
        "output_json": TEXT,
        "conversation": TEXT,
        "asked_at": TIME,
        "timeout_seconds": REAL,
        "deadline": TIME,
        "on_timeout": TEXT,
        "feedback": TEXT,
        "outcomes": TEXT,
    },
)
ANSWERED_QUESTIONS = _update(
    "questions",
    ["question_id"],
    {
        "question_id": TEXT,
        "answered_at": TIME,
        "decision": TEXT,
        "answer": TEXT,
        "answered_by": TEXT,
        "outcome": TEXT,
    },
)
REOPENED_QUESTIONS = _update(
    "questions",
    ["question_id"],
    {
        "question_id": TEXT,
        "deadline": TIME,
        "answered_at": TIME,
        "decision": TEXT,
        "answer": TEXT,
        "answered_by": TEXT,
        "outcome": TEXT,
    },
)

STEP = {
    "execution_id": TEXT,
    "attempt": INT,
    "step": TEXT,
    "call_number": INT,
    "step_index": INT,
    "kind": TEXT,
    "status": TEXT,
    "trigger": TEXT,
    "inputs": TEXT,
    "output": TEXT,
    "outcome": TEXT,
    "child_execution_id": TEXT,
    "started_at": TIME,
    "ended_at": TIME,
    "end_sequence": INT,
    "error": TEXT,
    "reused_from_attempt": INT,
    "reused_from_execution_id": TEXT,
    "is_edited": BOOL,
    **USAGE,
}
"""The columns of a call of a step."""

NEW_STEPS = _insert("steps", STEP)
CHANGED_STEPS = _update("steps", ["execution_id", "attempt", "step", "call_number"], STEP)

STATE_CHANGES = _insert(
    "state_changes",
    {
        "execution_id": TEXT,
        "attempt": INT,
        "sequence": INT,
        "occurred_at": TIME,
        "step": TEXT,
        "call_number": INT,
        "field": TEXT,
        "value_before": TEXT,
        "value_after": TEXT,
    },
)

GIVEN_STEPS = _insert(
    "given_steps",
    {
        "execution_id": TEXT,
        "position": INT,
        "step": TEXT,
        "call_number": INT,
        "from_execution_id": TEXT,
        "from_attempt": INT,
        "is_edited": BOOL,
        "output": TEXT,
        "outcome": TEXT,
        "error": TEXT,
        "child_execution_id": TEXT,
        "writes": TEXT,
        "is_begun": BOOL,
    },
)
