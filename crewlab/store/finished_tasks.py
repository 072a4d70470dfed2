"""What earlier attempts of an execution finished, so that the next one need not pay for it again."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from crewlab.executions.execution import StoredTask
from crewlab.store.text import parse_json

_FINISHED = """
SELECT execution_id, task_index, task_name, agent, attempt, output, output_json
FROM tasks
WHERE execution_id IN (SELECT unnest(?)) AND status = 'completed' AND output IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY execution_id, task_index ORDER BY attempt DESC) = 1
ORDER BY execution_id, task_index
"""


def finished_tasks(cursor: duckdb.DuckDBPyConnection, execution_ids: Sequence[str]) -> dict[str, list[StoredTask]]:
    """The newest completed output of each task, by execution; `attempt` is the one that paid for it."""
    found: dict[str, list[StoredTask]] = {}
    if not execution_ids:
        return found
    for execution_id, index, name, agent, attempt, output, output_json in cursor.execute(
        _FINISHED, [list(execution_ids)]
    ).fetchall():
        task = StoredTask(
            task_index=index,
            task_name=name,
            agent=agent or "",
            attempt=attempt,
            output=output,
            output_json=parse_json(output_json),
        )
        found.setdefault(execution_id, []).append(task)
    return found
