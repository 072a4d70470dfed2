"""Which outputs of an execution a judge has looked at, so that the others are not forgotten when it is resumed."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

_SCORED = """
SELECT DISTINCT execution_id, (payload::JSON ->> '$.task_index')::INTEGER
FROM events WHERE kind = 'task_scored' AND execution_id IN (SELECT unnest($ids))
"""


def scored_tasks(cursor: duckdb.DuckDBPyConnection, execution_ids: Sequence[str]) -> dict[str, set[int]]:
    """The indexes of the tasks that a judge was asked about, by execution."""
    found: dict[str, set[int]] = {}
    if execution_ids:
        for execution_id, index in cursor.execute(_SCORED, {"ids": list(execution_ids)}).fetchall():
            found.setdefault(execution_id, set()).add(index)
    return found
