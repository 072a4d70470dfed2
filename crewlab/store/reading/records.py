"""Rows of executions as the records that the rest of the program works with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from crewlab.executions.error_report import ErrorReport
from crewlab.executions.execution import Claim, Execution
from crewlab.executions.launch import LaunchOptions
from crewlab.executions.status import ExecutionStatus
from crewlab.store import tables
from crewlab.store.text import parse_json
from crewlab.store.writing.execution_state import ExecutionState, usage_from

EXECUTION_COLUMNS = (*tables.FIXED, *tables.MOVING)
_CONVERTED = {"inputs", "options", "status", "duration_seconds", "output_json", "error"}
_AS_STORED = tuple(name for name in EXECUTION_COLUMNS if name in Execution.model_fields and name not in _CONVERTED)


def execution_from(row: Mapping[str, Any], document: str | None) -> Execution:
    """The execution in a row of `executions`; without its document text, the document is left out."""
    return Execution.model_construct(
        **{name: row[name] for name in _AS_STORED},
        document=parse_json(document) or {},
        inputs=parse_json(row["inputs"]),
        options=LaunchOptions.model_validate_json(row["options"]),
        status=ExecutionStatus(row["status"]),
        duration_seconds=_duration(row),
        output_json=parse_json(row["output_json"]),
        error=None if row["error"] is None else ErrorReport.model_validate_json(row["error"]),
        usage=usage_from(row),
    )


def claim_of(state: ExecutionState, document: str) -> Claim:
    """What a worker gets that has just claimed this execution."""
    row = {**state.fixed, **dict(zip(tables.MOVING, state.moving(), strict=True))}
    return Claim.model_construct(
        execution=execution_from(row, document),
        finished_tasks=state.finished_tasks,
        plan=state.plan,
        flow=state.history,
        scored_tasks=state.scored_tasks,
        begun_tasks=state.begun_tasks,
        parked_tasks=tuple(state.parked[index] for index in sorted(state.parked)),
    )


def _duration(row: Mapping[str, Any]) -> float | None:
    """Seconds in flight over all attempts; so far, when it is in flight now."""
    finished: float | None = row["duration_seconds"]
    since: datetime | None = row["in_flight_since"]
    if since is None:
        return finished
    return (finished or 0.0) + max(0.0, (datetime.now(UTC) - since).total_seconds())
