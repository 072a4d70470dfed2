"""Whole tables for analysis, as Arrow: the documented views and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pyarrow as pa

from crewlab.store.database import Database
from crewlab.store.table import TIME

FrameName = Literal[
    "executions", "tasks", "model_calls", "tool_calls", "logs", "scores", "batches", "steps", "state_changes"
]

_ORDER: dict[FrameName, str] = {
    "executions": "created_at DESC, execution_id DESC",
    "tasks": "execution_id, attempt, task_index",
    "model_calls": "execution_id, attempt, sequence",
    "tool_calls": "execution_id, attempt, sequence",
    "logs": "event_id",
    "scores": "execution_id, attempt, sequence",
    "batches": "created_at DESC, batch_id DESC",
    "steps": "execution_id, attempt, started_at NULLS FIRST, step_index, call_number",
    "state_changes": "execution_id, attempt, sequence",
}


_PART_OF = "execution_id IN ({0}) OR root_execution_id IN ({0})"
"""What was launched, and what runs inside of it."""


class Frames:
    """Reads of the views `v_<name>`. Times are UTC; the columns and their types are the same when nothing is found."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(
        self,
        name: FrameName,
        *,
        owner: str,
        execution_ids: Sequence[str] | None = None,
        batch_id: str | None = None,
        limit: int | None = None,
    ) -> pa.Table:
        """All columns of a view for one owner: executions and batches newest first, all else in its own order.

        `execution_ids` narrow it down to these executions, `batch_id` to those of a batch with all that they run;
        `batches` knows only `batch_id`. What a flow runs as its steps is among the executions only by its id: its usage
        is in that of the flow.
        """
        conditions, parameters = ["owner = $owner"], dict[str, Any](owner=owner)
        if execution_ids is not None and name != "batches":
            conditions.append("execution_id IN (SELECT unnest($execution_ids::VARCHAR[]))")
            parameters["execution_ids"] = list(execution_ids)
        elif name == "executions":
            conditions.append("parent_execution_id IS NULL")
        if batch_id is not None:
            conditions.append(_in_batch(name))
            parameters["batch_id"] = batch_id
        found = self._database.table(
            f"SELECT * FROM v_{name} WHERE {' AND '.join(conditions)} ORDER BY {_ORDER[name]} LIMIT $limit",
            {**parameters, "limit": limit},
        )
        return found.cast(_in_utc(found.schema))


def _in_utc(schema: pa.Schema) -> pa.Schema:
    """The same columns; DuckDB calls the time zone `Etc/UTC`, and everybody else calls it `UTC`."""
    return pa.schema([field.with_type(TIME) if pa.types.is_timestamp(field.type) else field for field in schema])


def _in_batch(name: FrameName) -> str:
    if name in ("executions", "batches"):
        return "batch_id = $batch_id"
    launched = "SELECT execution_id FROM executions WHERE batch_id = $batch_id AND owner = $owner"
    return f"execution_id IN (SELECT execution_id FROM executions WHERE {_PART_OF.format(launched)})"
