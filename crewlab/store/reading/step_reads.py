"""Reading the steps of flows, and what they wrote into the state."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import StepInput
from crewlab.executions.steps import FlowHistory, StateWrite, StepRun
from crewlab.store.database import Database
from crewlab.store.reading.histories import histories
from crewlab.store.tables import USAGE
from crewlab.store.text import parse_json
from crewlab.store.writing.execution_state import usage_from

_PLAIN = (
    "execution_id",
    "attempt",
    "step",
    "call_number",
    "step_index",
    "kind",
    "outcome",
    "child_execution_id",
    "started_at",
    "ended_at",
    "reused_from_attempt",
    "reused_from_execution_id",
)
_COLUMNS = (*_PLAIN, "trigger", "inputs", "output", "error", *USAGE)
_STEPS = f"""
SELECT v.status, v.duration_seconds, v.is_edited, {", ".join(f"s.{column}" for column in _COLUMNS)}
FROM v_steps v JOIN steps s
    ON s.execution_id = v.execution_id AND s.attempt = v.attempt AND s.step = v.step AND s.call_number = v.call_number
WHERE v.execution_id = $id AND v.owner = $owner AND s.execution_id = $id
ORDER BY v.attempt, v.started_at NULLS FIRST, s.end_sequence, v.step_index, v.call_number
"""
_WRITE = ("execution_id", "attempt", "sequence", "occurred_at", "step", "call_number", "field")
_WRITES = f"""
SELECT {", ".join(_WRITE)}, value_before, value_after FROM v_state_changes
WHERE execution_id = $id AND owner = $owner ORDER BY attempt, sequence
"""
_STATE = """
SELECT field, value_after FROM v_state_changes WHERE execution_id = $id AND owner = $owner
QUALIFY row_number() OVER (PARTITION BY field ORDER BY attempt DESC, sequence DESC) = 1
ORDER BY field
"""
_GIVEN = """
SELECT g.writes FROM given_steps g JOIN executions e ON e.execution_id = g.execution_id
WHERE g.execution_id = $id AND e.owner = $owner ORDER BY g.position
"""
_INPUTS = TypeAdapter(tuple[StepInput, ...])


class StepReads:
    """What became of the steps of a flow, over all its attempts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, execution_id: str, *, owner: str) -> list[StepRun]:
        """Every call of every step in the order in which they began, those of the first attempt first."""
        names = ("status", "duration_seconds", "is_edited", *_COLUMNS)
        rows = self._database.rows(_STEPS, {"id": execution_id, "owner": owner})
        return [_step(dict(zip(names, row, strict=True))) for row in rows]

    def history(self, execution_id: str, *, owner: str) -> FlowHistory:
        """What the attempts of a flow have finished, in the order in which it ended; nothing of another owner's."""
        sql = "SELECT 1 FROM executions WHERE execution_id = ? AND owner = ?"
        with self._database.cursor() as cursor:
            known = cursor.execute(sql, [execution_id, owner]).fetchall()
            return histories(cursor, [execution_id])[execution_id] if known else FlowHistory()

    def state_writes(self, execution_id: str, *, owner: str) -> list[StateWrite]:
        """What steps wrote into the state, oldest first."""
        rows = self._database.rows(_WRITES, {"id": execution_id, "owner": owner})
        return [
            StateWrite(**dict(zip(_WRITE, row, strict=False)), before=parse_json(row[-2]), after=parse_json(row[-1]))
            for row in rows
        ]

    def state(self, execution_id: str, *, owner: str) -> dict[str, Any]:
        """What steps wrote into the state last, by field; in a fork also those that it was given."""
        asked = {"id": execution_id, "owner": owner}
        found: dict[str, Any] = {}
        for (writes,) in self._database.rows(_GIVEN, asked):
            found |= parse_json(writes)
        return found | {field: parse_json(after) for field, after in self._database.rows(_STATE, asked)}


def _step(row: dict[str, Any]) -> StepRun:
    return StepRun(
        **{name: row[name] for name in ("status", "duration_seconds", "is_edited", *_PLAIN)},
        trigger=tuple(parse_json(row["trigger"]) or ()),
        inputs=() if row["inputs"] is None else _INPUTS.validate_json(row["inputs"]),
        output=parse_json(row["output"]),
        error=None if row["error"] is None else ErrorReport.model_validate_json(row["error"]),
        usage=usage_from(row),
    )
