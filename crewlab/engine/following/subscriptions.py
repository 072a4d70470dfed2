"""Handlers that hear of events, each on a thread of its own: slow or broken, they disturb nobody."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Self

from crewlab.errors import InputsError
from crewlab.executions.events import EVENTS, BaseEvent

if TYPE_CHECKING:
    from crewlab.store import Store

log = logging.getLogger(__name__)

LARGEST = 10_000
"""Events that wait for one handler; what comes while so many wait is dropped, and counted."""
CLOSE_SECONDS = 0.5
"""How long the end waits for a handler to take what it was told before."""
KINDS = frozenset(kind.model_fields["kind"].default for kind in EVENTS)
_KIND = 6
"""Where a stored event has its kind."""

Handler = Callable[[BaseEvent], object]


def known_kinds(kinds: Iterable[str]) -> frozenset[str]:
    """The kinds, once each. Raises `InputsError` when there is no such kind."""
    wanted = frozenset(kinds)
    if unknown := wanted - KINDS:
        raise InputsError(
            f"There are no events of the kind {', '.join(sorted(unknown))}.", f"Kinds: {', '.join(sorted(KINDS))}."
        )
    return wanted


class Subscription:
    """Calls `handler` with each event of some kinds once it is stored, in their order, until it is closed."""

    def __init__(
        self, kinds: frozenset[str] | None, handler: Handler, parse: Callable[[Sequence[Any]], BaseEvent], largest: int
    ) -> None:
        self._kinds, self._handler, self._parse, self._largest = kinds, handler, parse, largest
        self._waiting: deque[Sequence[Any]] = deque()
        self._changed = threading.Condition()
        self._deadline: float | None = None
        self._leave: Callable[[], None] = lambda: None
        self.delivered = 0
        """Events that the handler was called with."""
        self.dropped = 0
        """Events that it will never hear of, because it was too slow."""
        self.failed = 0
        """Events at which it raised; it hears of the next one all the same."""
        self.last_error: Exception | None = None
        self._thread = threading.Thread(target=self._serve, name="crewlab-subscriber", daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        return f"Subscription(delivered={self.delivered}, dropped={self.dropped}, failed={self.failed})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def hear(self, rows: Sequence[Sequence[Any]]) -> None:
        """Take note of stored events; never waits for the handler."""
        wanted = [row for row in rows if self._kinds is None or row[_KIND] in self._kinds]
        with self._changed:
            room = max(0, self._largest - len(self._waiting))
            self._waiting.extend(wanted[:room])
            self.dropped += max(0, len(wanted) - room)
            self._changed.notify()

    def close(self) -> None:
        """Hear no more. What was heard before is delivered, unless that takes long. Idempotent."""
        self._leave()
        with self._changed:
            self._deadline = self._deadline or time.monotonic() + CLOSE_SECONDS
            self._changed.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join(CLOSE_SECONDS)

    def _serve(self) -> None:
        while (row := self._next()) is not None:
            self.delivered += 1
            try:
                self._handler(self._parse(row))
            except Exception as error:  # whatever a handler raises is its own affair, and is counted
                self.failed, self.last_error = self.failed + 1, error
                log.debug("a subscriber raised", exc_info=error)

    def _next(self) -> Sequence[Any] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._deadline is not None)
            is_late = self._deadline is not None and time.monotonic() > self._deadline
            if is_late:
                self.dropped += len(self._waiting)
                self._waiting.clear()
            return self._waiting.popleft() if self._waiting else None


class Subscriptions:
    """All subscriptions of a lab."""

    def __init__(self, store: Store, owner: str) -> None:
        self._events, self._owner = store.events, owner
        self._all: list[Subscription] = []

    def add(self, kinds: Iterable[str] | None, handler: Handler, largest: int = LARGEST) -> Subscription:
        """Begin to hear of what is stored from now on. Raises `InputsError` when there is no such kind."""
        wanted = None if kinds is None else known_kinds([kinds] if isinstance(kinds, str) else kinds)
        subscription = Subscription(wanted, handler, self._events.parse, largest)
        subscription._leave = self._events.listen(subscription.hear, owner=self._owner)
        self._all.append(subscription)
        return subscription

    def close(self) -> None:
        """End them all."""
        for subscription in self._all:
            subscription.close()
