"""What earlier attempts of an execution planned, so that the next one need not pay for it again."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from crewlab.executions.events import CrewPlanned
from crewlab.store.text import parse_json

_PLANS = """
SELECT execution_id, attempt, payload::JSON::VARCHAR
FROM events WHERE kind = 'crew_planned' AND execution_id IN (SELECT unnest($ids))
QUALIFY row_number() OVER (PARTITION BY execution_id ORDER BY event_id DESC) = 1
"""


def plans_made(cursor: duckdb.DuckDBPyConnection, execution_ids: Sequence[str]) -> dict[str, CrewPlanned]:
    """The newest plan by execution; `from_attempt` is the attempt that paid for it."""
    if not execution_ids:
        return {}
    found = {}
    for execution_id, attempt, payload in cursor.execute(_PLANS, {"ids": list(execution_ids)}).fetchall():
        plan = CrewPlanned(execution_id=execution_id, attempt=attempt, **parse_json(payload))
        found[execution_id] = plan.model_copy(update={"from_attempt": plan.from_attempt or attempt})
    return found
