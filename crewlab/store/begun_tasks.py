"""Tasks that were interrupted, as far as their agents had come: their definitions have that kept."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from crewlab.executions.execution import BegunTask
from crewlab.store.text import parse_json

_ROUNDS = """
SELECT execution_id, task_name, payload::JSON::VARCHAR
FROM events WHERE kind = 'round_kept' AND execution_id IN (SELECT unnest($ids))
ORDER BY event_id
"""


def begun_tasks(cursor: duckdb.DuckDBPyConnection, execution_ids: Sequence[str]) -> dict[str, tuple[BegunTask, ...]]:
    """Every task of which rounds were kept, by execution; those that are done since are among them."""
    if not execution_ids:
        return {}
    found: dict[str, dict[tuple[str, int | None], BegunTask]] = {}
    for execution_id, name, payload in cursor.execute(_ROUNDS, {"ids": list(execution_ids)}).fetchall():
        tasks, kept = found.setdefault(execution_id, {}), parse_json(payload)
        call = kept.get("step_call")
        before = tasks[name, call].conversation if (name, call) in tasks else ()
        conversation = (*before[: kept["begins_at"]], *kept["messages"])
        begun = BegunTask(task_name=name, rounds=kept["rounds"], conversation=conversation, step_call=call)
        tasks[name, call] = begun
    return {execution_id: tuple(tasks.values()) for execution_id, tasks in found.items()}
