"""What waits for the writer, in the order it arrived: many threads put, one takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

from crewlab.errors import StoreClosedError
from crewlab.executions.events import BaseEvent
from crewlab.store.writing.commands import Command

Item = BaseEvent | Command[Any]

LARGEST_TAKE = 20_000
"""Items in one transaction: more would delay everybody else for too long."""


_BUSY = 16
_PACE_SECONDS = 0.01
"""After two takes of more than `_BUSY` items much is going on: a short pause lets the next one be as large.

A transaction costs the processor as much as a hundred more items in it.
"""


class Inbox:
    """A bounded queue. Events wait up to `window_seconds` for company; a command is taken at once, with all before it.

    When `largest` events wait, `put_events` blocks until the writer has caught up.
    """

    def __init__(self, window_seconds: float, largest: int = 200_000) -> None:
        self._window, self._largest = window_seconds, largest
        self._items: list[Item] = []
        self._urgent = False
        self._closed = False
        self._busy_takes = 0
        mutex = threading.Lock()
        self._arrived = threading.Condition(mutex)
        self._taken = threading.Condition(mutex)

    def put_events(self, events: Sequence[BaseEvent]) -> None:
        """Append events in their order.

        Raises:
            StoreClosedError: The store is closing.
        """
        with self._arrived:
            while len(self._items) >= self._largest and not self._closed:
                self._taken.wait()
            self._refuse_when_closed()
            if not self._items:
                self._arrived.notify()
            self._items.extend(events)

    def put(self, command: Command[Any]) -> None:
        """Append a command and wake the writer.

        Raises:
            StoreClosedError: The store is closing.
        """
        with self._arrived:
            self._refuse_when_closed()
            if not self._items or (command.is_urgent and not self._urgent):
                self._arrived.notify()
            self._items.append(command)
            self._urgent = self._urgent or command.is_urgent

    def take(self) -> list[Item]:
        """Wait for items and take them all, up to `LARGEST_TAKE`; nothing means closed and empty."""
        with self._arrived:
            while not self._items and not self._closed:
                self._arrived.wait()
            self._wait_for_company()
            taken, self._items = self._items[:LARGEST_TAKE], self._items[LARGEST_TAKE:]
            self._urgent = bool(self._items)
            self._busy_takes = self._busy_takes + 1 if len(taken) > _BUSY else 0
            self._taken.notify_all()
        return taken

    def close(self) -> None:
        """Let nothing in any more; what is inside can still be taken."""
        with self._arrived:
            self._closed = True
            self._arrived.notify_all()
            self._taken.notify_all()

    @property
    def is_closed(self) -> bool:
        return self._closed

    def _wait_for_company(self) -> None:
        if self._busy_takes >= 2:
            self._arrived.wait_for(lambda: self._closed, _PACE_SECONDS)
        deadline = time.monotonic() + self._window
        while not self._urgent and not self._closed and (left := deadline - time.monotonic()) > 0:
            self._arrived.wait(left)

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise StoreClosedError("The store is closed.", "Open the lab again.")
