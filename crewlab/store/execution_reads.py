"""Reading executions and batches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crewlab.errors import BatchNotFoundError, ExecutionError, ExecutionNotFoundError
from crewlab.executions.batch import Batch
from crewlab.executions.execution import Execution, StoredTask
from crewlab.executions.status import ExecutionStatus
from crewlab.store.database import Database
from crewlab.store.execution_filters import SORTABLE, Filters
from crewlab.store.finished_tasks import finished_tasks
from crewlab.store.records import EXECUTION_COLUMNS, execution_from
from crewlab.store.text import parse_json

Statuses = str | ExecutionStatus | Iterable[str | ExecutionStatus] | None

_COLUMNS = ", ".join(EXECUTION_COLUMNS)
_GET = f"""
SELECT {", ".join("e." + column for column in EXECUTION_COLUMNS)}, d.document
FROM executions e LEFT JOIN documents d ON d.document_hash = e.document_hash
WHERE e.execution_id = ? AND e.owner = ?
"""

_BATCHES = """
SELECT b.batch_id, b.owner, b.name, b.definition_id, b.definition_name, b.version_number, b.input_columns, b.origin,
       b.created_at, b.size, s.status, s.number
FROM batches b
LEFT JOIN (
    SELECT batch_id, status, count(*) AS number FROM executions
    WHERE owner = $owner AND batch_id IS NOT NULL AND ($batch_id IS NULL OR batch_id = $batch_id)
    GROUP BY ALL
) s ON s.batch_id = b.batch_id
WHERE b.owner = $owner AND ($batch_id IS NULL OR b.batch_id = $batch_id)
ORDER BY b.created_at DESC, b.batch_id DESC, s.status
"""

# Turn by turn: first between the batches of an owner (launches without a batch count as one), then between owners.
_PENDING = """
WITH queued AS (
    SELECT execution_id, attempt, owner, batch_id, priority, created_at,
           row_number() OVER (
               PARTITION BY owner, batch_id, priority ORDER BY created_at, row_number, execution_id
           ) AS turn_in_batch
    FROM executions
    WHERE status = 'pending' AND (origin = 'background' OR NOT $background_only)
), turns AS (
    SELECT *, row_number() OVER (
        PARTITION BY owner, priority ORDER BY turn_in_batch, created_at, execution_id
    ) AS turn_of_owner
    FROM queued
)
SELECT execution_id, attempt, owner, batch_id, priority
FROM turns
ORDER BY priority DESC, turn_of_owner, created_at, execution_id
LIMIT $limit
"""


@dataclass(frozen=True)
class PendingExecution:
    """One place in the queue."""

    execution_id: str
    attempt: int
    owner: str
    batch_id: str | None
    priority: int


class ExecutionReads:
    """What can be asked about executions. Each read sees what was durable when it began."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, execution_id: str, *, owner: str) -> Execution:
        """One execution with its document.

        Raises:
            ExecutionNotFoundError: This owner has no such execution.
        """
        rows = self._database.rows(_GET, [execution_id, owner])
        if not rows:
            raise ExecutionNotFoundError(execution_id)
        return execution_from(dict(zip(EXECUTION_COLUMNS, rows[0][:-1], strict=True)), rows[0][-1])

    def find(
        self,
        *,
        owner: str,
        status: Statuses = None,
        definition: str | None = None,
        batch_id: str | None = None,
        text: str | None = None,
        limit: int | None = None,
        offset: int = 0,
        sort: str = "created_at",
        descending: bool = True,
    ) -> list[Execution]:
        """Executions that fit all conditions, their documents left out (`{}`). Unknown values sort last.

        Raises:
            ExecutionError: `sort` is not one of `execution_filters.SORTABLE`.
        """
        if sort not in SORTABLE:
            raise ExecutionError(f"Executions cannot be sorted by {sort!r}.", f"Use one of {', '.join(SORTABLE)}.")
        where, parameters = Filters(owner, status, definition, batch_id, text).where()
        direction = "DESC" if descending else "ASC"
        order = f"{SORTABLE[sort]} {direction} NULLS LAST, execution_id {direction}"
        return self._executions(
            f"{where} ORDER BY {order} LIMIT $limit OFFSET $offset",
            {**parameters, "limit": limit, "offset": offset},
        )

    def count(
        self,
        *,
        owner: str,
        status: Statuses = None,
        definition: str | None = None,
        batch_id: str | None = None,
        text: str | None = None,
    ) -> int:
        """How many executions fit all conditions."""
        where, parameters = Filters(owner, status, definition, batch_id, text).where()
        return int(self._database.rows(f"SELECT count(*) FROM executions WHERE {where}", parameters)[0][0])

    def counts(self, *, owner: str) -> dict[str, int]:
        """How many executions have each status; statuses that do not occur are left out."""
        sql = "SELECT status, count(*) FROM executions WHERE owner = ? GROUP BY status ORDER BY status"
        return dict(self._database.rows(sql, [owner]))

    def pending(self, *, limit: int, background_only: bool) -> list[PendingExecution]:
        """The next places in the queue of all owners: higher priority first, then turn by turn, then first come.

        This is the one read without an owner: the queue serves everybody.
        """
        parameters = {"limit": limit, "background_only": background_only}
        return [PendingExecution(*row) for row in self._database.rows(_PENDING, parameters)]

    def finished_tasks(self, execution_id: str, *, owner: str) -> list[StoredTask]:
        """The tasks that some attempt completed, in order, each with the attempt that paid for it.

        Raises:
            ExecutionNotFoundError: This owner has no such execution.
        """
        self.get(execution_id, owner=owner)
        with self._database.cursor() as cursor:
            return finished_tasks(cursor, [execution_id]).get(execution_id, [])

    def batches(self, *, owner: str) -> list[Batch]:
        """All batches, newest first."""
        return self._batches(owner, None)

    def batch(self, batch_id: str, *, owner: str) -> Batch:
        """One batch and how far it is.

        Raises:
            BatchNotFoundError: This owner has no such batch.
        """
        found = self._batches(owner, batch_id)
        if not found:
            raise BatchNotFoundError(batch_id)
        return found[0]

    def batch_executions(self, batch_id: str, *, owner: str) -> list[Execution]:
        """The executions of a batch in the order of its rows, their documents left out.

        Raises:
            BatchNotFoundError: This owner has no such batch.
        """
        self.batch(batch_id, owner=owner)
        return self._executions(
            "owner = $owner AND batch_id = $batch_id ORDER BY row_number, execution_id",
            {"owner": owner, "batch_id": batch_id},
        )

    def spend_usd(self, *, owner: str, since: datetime | None = None) -> float | None:
        """What priced model calls cost that ended at or after `since`; `None` when none was priced."""
        sql = (
            "SELECT sum(c.cost_usd) FROM model_calls c JOIN executions e ON e.execution_id = c.execution_id "
            "WHERE e.owner = $owner AND ($since IS NULL OR c.ended_at >= $since::TIMESTAMPTZ)"
        )
        spent: float | None = self._database.rows(sql, {"owner": owner, "since": since})[0][0]
        return spent

    def _executions(self, condition: str, parameters: dict[str, Any]) -> list[Execution]:
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM executions WHERE {condition}", parameters)
        return [execution_from(dict(zip(EXECUTION_COLUMNS, row, strict=True)), None) for row in rows]

    def _batches(self, owner: str, batch_id: str | None) -> list[Batch]:
        found: dict[str, Batch] = {}
        for row in self._database.rows(_BATCHES, {"owner": owner, "batch_id": batch_id}):
            batch = found.setdefault(row[0], _batch(row))
            if row[-2] is not None:
                batch.counts[row[-2]] = row[-1]
        return list(found.values())


def _batch(row: tuple[Any, ...]) -> Batch:
    names = ("batch_id", "owner", "name", "definition_id", "definition_name", "version_number")
    return Batch(
        **dict(zip(names, row, strict=False)),
        input_columns=tuple(parse_json(row[6])),
        origin=row[7],
        created_at=row[8],
        size=row[9],
        counts={},
    )
