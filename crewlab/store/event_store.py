"""The log of every execution: appended by any thread, read in the order in which it was stored."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from crewlab.executions.events import EVENT, BaseEvent
from crewlab.store.database import Database
from crewlab.store.text import parse_json
from crewlab.store.writing.listeners import Hear
from crewlab.store.writing.writer import Writer

_READ = """
SELECT event_id, execution_id, attempt, sequence, occurred_at, level, kind, task_name, agent, message,
       payload::JSON::VARCHAR
FROM events
WHERE execution_id = $execution_id AND event_id > $after
  AND EXISTS (SELECT 1 FROM executions WHERE execution_id = $execution_id AND owner = $owner)
ORDER BY event_id
LIMIT $limit
"""
_OF_A_FLOW = """execution_id IN (
    SELECT execution_id FROM executions
    WHERE owner = $owner AND (execution_id = $execution_id OR root_execution_id = $execution_id)
)"""
_READ_TREE = _READ.replace("execution_id = $execution_id", _OF_A_FLOW, 1)
_READ_ALL = """
SELECT event_id, execution_id, attempt, sequence, occurred_at, level, kind, task_name, agent, message,
       payload::JSON::VARCHAR
FROM events
WHERE event_id > $after AND ($kinds IS NULL OR list_contains($kinds, kind))
  AND execution_id IN (SELECT execution_id FROM executions WHERE owner = $owner)
ORDER BY event_id
LIMIT $limit
"""
_LAST = "SELECT coalesce(max(event_id), 0) AS event_id FROM events"
_ENVELOPE = ("execution_id", "attempt", "sequence", "occurred_at", "level", "kind", "task_name", "agent", "message")


class EventStore:
    """Append and read events. Ids and sequences are given in the order in which events arrive."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database, self._writer = database, writer

    def append(self, events: Sequence[BaseEvent]) -> None:
        """Store events within the window (50 ms), from any thread, without waiting for the database.

        It blocks only when hundreds of thousands of events wait already. Sequences that the events carry are
        ignored: the writer numbers all events of an attempt from 1, without gaps.

        Raises:
            StoreClosedError: The store is closing.
        """
        self._writer.append(events)

    def flush(self, timeout_seconds: float) -> bool:
        """Wait until all that was appended so far can be read; False when that took too long."""
        return self._writer.flush(timeout_seconds)

    def read(
        self,
        execution_id: str,
        *,
        owner: str,
        after_event_id: int = 0,
        limit: int = 1000,
        with_parts: bool = False,
    ) -> list[tuple[int, BaseEvent]]:
        """Events of one execution after an id, over all attempts, oldest first, each with its id.

        Ids grow in the order of storing, so asking again after the last one never misses any. What rows of their
        own hold (messages, responses, parameters, arguments, results) is left out. Of a flow those of everything that
        it runs are read too, `with_parts`: each event says whose it is.
        """
        sql = _READ_TREE if with_parts else _READ
        parameters = {"execution_id": execution_id, "owner": owner, "after": after_event_id, "limit": limit}
        return [(row[0], self.parse(row)) for row in self._database.rows(sql, parameters)]

    def read_all(
        self, *, owner: str, after_event_id: int, kinds: Collection[str] | None = None, limit: int = 1000
    ) -> list[tuple[int, BaseEvent]]:
        """`read` over all executions of an owner, of some kinds or of all."""
        wanted = None if kinds is None else sorted(kinds)
        parameters = {"owner": owner, "after": after_event_id, "kinds": wanted, "limit": limit}
        return [(row[0], self.parse(row)) for row in self._database.rows(_READ_ALL, parameters)]

    def last_id(self) -> int:
        """The id of the newest event, whoever's it is; 0 when there is none."""
        return int(self._database.rows(_LAST, {})[0][0])

    def listen(self, hear: Hear, *, owner: str) -> Callable[[], None]:
        """Have `hear` called with the rows of this owner's events as soon as they are durable, until what is
        returned is called. It runs on the writer thread and must only take note; `parse` makes events of rows.
        """
        return self._writer.listeners.add(owner, hear)

    @staticmethod
    def parse(row: Sequence[Any]) -> BaseEvent:
        """The event in a row."""
        envelope = dict(zip(_ENVELOPE, row[1:-1], strict=True))
        event: BaseEvent = EVENT.validate_python({**(parse_json(row[-1]) or {}), **envelope})
        return event
