"""What was planned for an execution already, so that it need not be paid for again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from crewlab.executions.events import CrewPlanned
from crewlab.store.text import parse_json

_PLANS = """
SELECT execution_id, attempt, payload::JSON::VARCHAR
FROM events WHERE kind = 'crew_planned' AND execution_id IN (SELECT unnest($ids))
QUALIFY row_number() OVER (PARTITION BY execution_id ORDER BY event_id DESC) = 1
"""
_FORKS = """
SELECT f.execution_id, o.execution_id
FROM executions f JOIN executions o ON o.execution_id = f.origin_execution_id
WHERE f.execution_id IN (SELECT unnest($ids)) AND f.forked_from_task IS NOT NULL AND f.input_hash = o.input_hash
"""


def plans_made(cursor: duckdb.DuckDBPyConnection, execution_ids: Sequence[str]) -> dict[str, CrewPlanned]:
    """The newest plan by execution, its own or that of what it was forked from with the same inputs.

    `from_attempt` is the attempt that paid for it, of `from_execution_id` when that is another execution.
    """
    if not execution_ids:
        return {}
    origins = dict(cursor.execute(_FORKS, {"ids": list(execution_ids)}).fetchall())
    asked = {"ids": [*execution_ids, *origins.values()]}
    made = {row[0]: row for row in cursor.execute(_PLANS, asked).fetchall()}
    found = {id_: made.get(id_) or made.get(origins.get(id_, "")) for id_ in execution_ids}
    return {id_: _plan_for(id_, *row) for id_, row in found.items() if row is not None}


def _plan_for(execution_id: str, source_id: str, attempt: int, payload: Any) -> CrewPlanned:
    plan = CrewPlanned(execution_id=execution_id, attempt=attempt, **parse_json(payload))
    paid_by = {
        "from_attempt": plan.from_attempt or attempt,
        "from_execution_id": plan.from_execution_id or (None if source_id == execution_id else source_id),
    }
    return plan.model_copy(update=paid_by)
