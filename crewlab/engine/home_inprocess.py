"""The store of this process as the home of executions."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING

from crewlab.engine.attempt import AttemptRef
from crewlab.errors import StoreClosedError
from crewlab.executions.events import BaseEvent
from crewlab.executions.execution import Claim, Move

if TYPE_CHECKING:
    from crewlab.store import Store


class InProcessHome:
    """A `Home` over an open store."""

    def __init__(self, store: Store) -> None:
        self._executions, self._events = store.executions, store.events

    def claim(self, ref: AttemptRef, message: str) -> Future[Claim | None]:
        return self._executions.claim(ref.execution_id, ref.attempt, message)

    def move(self, move: Move) -> Future[bool]:
        try:
            return self._executions.move(move)
        except StoreClosedError as error:  # an attempt that ends after the store: the next start finds it in flight
            refused: Future[bool] = Future()
            refused.set_exception(error)
            return refused

    def record(self, event: BaseEvent) -> None:
        with suppress(StoreClosedError):  # from a thread that was given up before the store was closed
            self._events.append((event,))

    def pending(self, limit: int) -> list[AttemptRef]:
        rows = self._executions.pending(limit=limit, background_only=True)
        return [AttemptRef(row.execution_id, row.attempt) for row in rows]

    def interrupt(self, execution_ids: Sequence[str], message: str) -> Future[int]:
        return self._executions.interrupt(execution_ids, message)
