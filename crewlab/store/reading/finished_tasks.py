"""What earlier attempts of an execution finished, so that the next one need not pay for it again."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from crewlab.executions.execution import StoredTask
from crewlab.store.text import parse_json

_FINISHED = """
SELECT execution_id, task_index, task_name, agent, from_execution_id, attempt, is_edited,
       output, output_json, is_skipped
FROM (
    SELECT execution_id, task_index, task_name, agent, NULL AS from_execution_id, attempt, false AS is_edited,
           output, output_json, status = 'skipped' AS is_skipped, attempt AS rank
    FROM tasks
    WHERE execution_id IN (SELECT unnest($ids)) AND status IN ('completed', 'skipped') AND output IS NOT NULL
    UNION ALL
    SELECT execution_id, task_index, task_name, agent, from_execution_id, from_attempt, is_edited,
           output, output_json, false AS is_skipped, 0 AS rank
    FROM given_tasks WHERE execution_id IN (SELECT unnest($ids))
)
QUALIFY row_number() OVER (PARTITION BY execution_id, task_index ORDER BY rank DESC) = 1
ORDER BY execution_id, task_index
"""


def finished_tasks(cursor: duckdb.DuckDBPyConnection, execution_ids: Sequence[str]) -> dict[str, list[StoredTask]]:
    """The newest completed output of each task, or else the one it was given, by execution; and what was skipped.

    `attempt` is the one that paid for it, of `execution_id` when that is another execution.
    """
    found: dict[str, list[StoredTask]] = {}
    if not execution_ids:
        return found
    for execution_id, index, name, agent, origin, attempt, is_edited, output, output_json, is_skipped in cursor.execute(
        _FINISHED, {"ids": list(execution_ids)}
    ).fetchall():
        task = StoredTask(
            task_index=index,
            task_name=name,
            agent=agent or "",
            execution_id=origin,
            attempt=attempt,
            is_edited=is_edited,
            output=output,
            output_json=parse_json(output_json),
            is_skipped=is_skipped,
        )
        found.setdefault(execution_id, []).append(task)
    return found
