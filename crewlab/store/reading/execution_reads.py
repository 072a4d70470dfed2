"""Reading executions and batches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn, Unpack

from crewlab.errors import BatchNotFoundError, ExecutionError, ExecutionNotFoundError
from crewlab.executions.batch import Batch
from crewlab.executions.execution import Execution, StoredTask
from crewlab.executions.filters import ExecutionFilters
from crewlab.executions.queue_room import QueueRoom
from crewlab.store.database import Database
from crewlab.store.reading.execution_filters import SORTABLE, condition
from crewlab.store.reading.finished_tasks import finished_tasks
from crewlab.store.reading.records import EXECUTION_COLUMNS, execution_from
from crewlab.store.text import parse_json

_COLUMNS = ", ".join(EXECUTION_COLUMNS)
_GET = f"""
SELECT {", ".join("e." + column for column in EXECUTION_COLUMNS)}, d.document
FROM executions e LEFT JOIN documents d ON d.document_hash = e.document_hash
WHERE e.execution_id = ? AND e.owner = ?
"""

_GET_ALL = _GET.replace("e.execution_id = ?", "e.execution_id IN (SELECT unnest(?))")

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

# Turn by turn, those with less of it running first: between the batches of an owner (launches without a batch count as
# one), then between owners. Priority is among the executions of one owner: nobody gets ahead of others with it.
_PENDING = """
WITH queued AS (
    SELECT e.execution_id, e.attempt, e.owner, e.batch_id, e.priority, e.created_at, e.dedicated,
           coalesce(r.running, 0) + row_number() OVER (
               PARTITION BY e.owner, e.batch_id, e.priority ORDER BY e.created_at, e.row_number, e.execution_id
           ) AS turn_in_batch,
           coalesce(r.running, 0) + row_number() OVER (
               PARTITION BY e.owner, e.batch_id
               ORDER BY e.priority DESC, e.created_at, e.row_number, e.execution_id
           ) AS place_in_batch
    FROM executions e
    LEFT JOIN (SELECT unnest($owners) AS owner, unnest($batches) AS batch_id, unnest($running) AS running) r
        ON r.owner = e.owner AND r.batch_id IS NOT DISTINCT FROM e.batch_id
    WHERE e.status = 'pending' AND e.parent_execution_id IS NULL AND (e.origin = 'background' OR NOT $background_only)
        AND CASE WHEN e.dedicated IS NULL THEN $shared ELSE $alone END > 0
), turns AS (
    SELECT q.*, coalesce(o.running, 0) + row_number() OVER (
        PARTITION BY q.owner ORDER BY q.priority DESC, q.turn_in_batch, q.created_at, q.execution_id
    ) AS turn_of_owner
    FROM queued q
    LEFT JOIN (
        SELECT owner, sum(running) AS running
        FROM (SELECT unnest($owners) AS owner, unnest($running) AS running) GROUP BY owner
    ) o ON o.owner = q.owner
    WHERE q.batch_id IS NULL OR $per_batch IS NULL OR q.place_in_batch <= $per_batch
), places AS (
    SELECT *, row_number() OVER (
        PARTITION BY dedicated IS NULL ORDER BY turn_of_owner, created_at, execution_id
    ) AS place
    FROM turns WHERE $per_owner IS NULL OR turn_of_owner <= $per_owner
)
SELECT execution_id, attempt, owner, batch_id, priority, dedicated FROM places
WHERE place <= CASE WHEN dedicated IS NULL THEN $shared ELSE $alone END
ORDER BY turn_of_owner, created_at, execution_id
"""


@dataclass(frozen=True)
class PendingExecution:
    """One place in the queue."""

    execution_id: str
    attempt: int
    owner: str
    batch_id: str | None
    priority: int
    dedicated: str | None
    """Why it needs a worker of its own."""


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

    def get_all(self, execution_ids: Sequence[str], *, owner: str) -> list[Execution]:
        """These executions with their documents, in this order, read at once.

        Raises:
            ExecutionNotFoundError: This owner has one of them not.
        """
        rows = self._database.rows(_GET_ALL, [list(execution_ids), owner])
        found = {row[0]: execution_from(dict(zip(EXECUTION_COLUMNS, row[:-1], strict=True)), row[-1]) for row in rows}
        return [found[name] if name in found else _missing(name) for name in execution_ids]

    def find_all(self, execution_ids: Collection[str], *, owner: str) -> list[Execution]:
        """Those of these executions that there are, in any order, their documents left out (`{}`)."""
        condition = "owner = $owner AND execution_id IN (SELECT unnest($ids))"
        return self._executions(condition, {"owner": owner, "ids": list(execution_ids)})

    def find(
        self,
        *,
        owner: str,
        limit: int | None = None,
        offset: int = 0,
        sort: str = "created_at",
        descending: bool = True,
        **filters: Unpack[ExecutionFilters],
    ) -> list[Execution]:
        """Executions that fit all conditions, their documents left out (`{}`). Unknown values sort last.

        What a flow runs as its steps is found only by that flow, `parent`, or with `within_flows`.

        Raises:
            ExecutionError: `sort` is not one of `execution_filters.SORTABLE`.
        """
        if sort not in SORTABLE:
            raise ExecutionError(f"Executions cannot be sorted by {sort!r}.", f"Use one of {', '.join(SORTABLE)}.")
        where, parameters = condition(owner, filters)
        direction = "DESC" if descending else "ASC"
        order = f"{SORTABLE[sort]} {direction} NULLS LAST, execution_id {direction}"
        return self._executions(
            f"{where} ORDER BY {order} LIMIT $limit OFFSET $offset",
            {**parameters, "limit": limit, "offset": offset},
        )

    def count(self, *, owner: str, **filters: Unpack[ExecutionFilters]) -> int:
        """How many executions fit all conditions, as `find` has them."""
        where, parameters = condition(owner, filters)
        return int(self._database.rows(f"SELECT count(*) FROM executions WHERE {where}", parameters)[0][0])

    def counts(self, *, owner: str) -> dict[str, int]:
        """How many executions have each status; statuses that do not occur, and parts of flows, are left out."""
        sql = (
            "SELECT status, count(*) FROM executions WHERE owner = ? AND parent_execution_id IS NULL "
            "GROUP BY status ORDER BY status"
        )
        return dict(self._database.rows(sql, [owner]))

    def pending(self, room: QueueRoom, *, background_only: bool) -> list[PendingExecution]:
        """The next places in the queue of all owners that there is `room` for, in a fair order.

        Turn by turn between owners and between the batches of each; of one owner, higher priority first, then first
        come. This is the one read without an owner: the queue serves everybody.
        """
        parameters = {
            "background_only": background_only,
            "shared": room.shared,
            "alone": room.dedicated,
            "per_owner": room.per_owner,
            "per_batch": room.per_batch,
            "owners": [owner for owner, _ in room.running],
            "batches": [batch for _, batch in room.running],
            "running": list(room.running.values()),
        }
        return [PendingExecution(*row) for row in self._database.rows(_PENDING, parameters)]

    def count_pending(self, *, background_only: bool) -> int:
        """How many executions of all owners are in the queue."""
        sql = (
            "SELECT count(*) FROM executions WHERE status = 'pending' AND parent_execution_id IS NULL "
            "AND (origin = 'background' OR NOT ?)"
        )
        return int(self._database.rows(sql, [background_only])[0][0])

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


def _missing(execution_id: str) -> NoReturn:
    raise ExecutionNotFoundError(execution_id)


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
