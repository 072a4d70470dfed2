"""Who runs next: work offered by a waiting caller, and the queue in the store."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable

from crewlab.engine.attempt import AttemptRef
from crewlab.errors import StoreError

RETRY_SECONDS = 1.0
"""How long the queue rests after the store could not be read or an attempt could not be claimed."""


class Offer:
    """Attempts that a caller waits for, in order, and how many of them may run at a time."""

    def __init__(self, refs: Iterable[AttemptRef], limit: int | None) -> None:
        self.waiting = deque(refs)
        self.limit = limit
        self.running: set[AttemptRef] = set()

    @property
    def has_next(self) -> bool:
        return bool(self.waiting) and (self.limit is None or len(self.running) < self.limit)


class Dispatcher:
    """Starts attempts while there is room. Offers take turns among themselves, and all of them with the queue.

    The queue is read only after `serve` was called, or while more may be left, and when room is free; nothing polls.
    What was read is started and claimed before the queue is read again.
    """

    def __init__(
        self, capacity: int, start: Callable[[AttemptRef], None], pending: Callable[[int], list[AttemptRef]]
    ) -> None:
        self._capacity, self._start, self._pending = capacity, start, pending
        self._condition = threading.Condition()
        self._offers: deque[Offer] = deque()
        self._running: dict[AttemptRef, Offer | None] = {}
        self._unclaimed: set[AttemptRef] = set()
        self._claimed: set[AttemptRef] = set()
        self._announced = self._stumbled = self._closed = False
        self._queue_turn = False
        self._thread: threading.Thread | None = None

    # -- work comes ----------------------------------------------------------------------------------------------

    def offer(self, refs: Iterable[AttemptRef], limit: int | None = None) -> None:
        """Run these attempts, at most `limit` of them at a time."""
        with self._condition:
            self._offers.append(Offer(refs, limit))
            chosen = self._choose()
        self._start_all(chosen)

    def serve(self) -> None:
        """Serve the background queue from now on; called again, look whether something new is in it."""
        with self._condition:
            self._announced = True
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._serve, name="crewlab-dispatcher", daemon=True)
                self._thread.start()
            self._condition.notify_all()

    def withdraw(self, execution_ids: set[str] | None = None) -> list[AttemptRef]:
        """Take back what was offered and not started (of these executions, or all); returns it."""
        taken: list[AttemptRef] = []
        with self._condition:
            for offer in self._offers:
                kept: deque[AttemptRef] = deque()
                for ref in offer.waiting:
                    out = execution_ids is None or ref.execution_id in execution_ids
                    (taken if out else kept).append(ref)
                offer.waiting = kept
        return taken

    # -- attempts report -----------------------------------------------------------------------------------------

    def claimed(self, ref: AttemptRef) -> None:
        """The claim of a started attempt was answered."""
        with self._condition:
            self._unclaimed.discard(ref)
            if ref in self._running:
                self._claimed.add(ref)
            if not self._unclaimed:
                self._condition.notify_all()

    def ended(self, ref: AttemptRef, *, stumbled: bool = False) -> None:
        """A started attempt is over; `stumbled` when the store could not be asked for it."""
        with self._condition:
            offer = self._running.pop(ref, None)
            if offer is not None:
                offer.running.discard(ref)
            self._unclaimed.discard(ref)
            self._claimed.discard(ref)
            self._stumbled = self._stumbled or stumbled
            self._announced = self._announced or stumbled
            chosen = self._choose()
            self._condition.notify_all()
        self._start_all(chosen)

    @property
    def running(self) -> int:
        """How many attempts are started and not over."""
        return len(self._running)

    @property
    def working(self) -> int:
        """How many of them are past their claim. The others are still pending to everybody who asks the store."""
        return len(self._claimed)

    @property
    def serves(self) -> bool:
        """Whether the background queue is served."""
        return self._thread is not None and not self._closed

    def offered(self) -> set[str]:
        """The executions that a caller offered, and all that have been chosen to start and are not over."""
        with self._condition:
            waiting = {ref.execution_id for offer in self._offers for ref in offer.waiting}
            return waiting | {ref.execution_id for ref in self._running}

    # -- choosing ------------------------------------------------------------------------------------------------

    def _choose(self) -> list[AttemptRef]:
        """The next attempts of the offers, one of each in turn. Called with the lock held."""
        chosen: list[AttemptRef] = []
        kept_back = int(self._queue_turn and self._announced and self.serves)
        while not self._closed and self._room > kept_back and any(offer.has_next for offer in self._offers):
            offer = self._offers[0]
            self._offers.rotate(-1)
            if offer.has_next and (ref := offer.waiting.popleft()) not in self._running:
                offer.running.add(ref)
                self._running[ref] = offer
                chosen.append(ref)
                self._queue_turn = True
        self._offers = deque(offer for offer in self._offers if offer.waiting)
        return chosen

    @property
    def _room(self) -> int:
        return self._capacity - len(self._running)

    def _start_all(self, refs: list[AttemptRef]) -> None:
        for ref in refs:
            self._start(ref)

    # -- the queue -----------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        while self._wait_for_work():
            for ref in self._read_queue():
                self._start(ref)

    def _wait_for_work(self) -> bool:
        """Sleep until the queue should be read; false when the dispatcher is closed."""
        with self._condition:
            self._condition.wait_for(
                lambda: self._closed or (self._announced and self._room > 0 and not self._unclaimed)
            )
            if self._stumbled and not self._closed:
                self._condition.wait_for(lambda: self._closed, RETRY_SECONDS)
            self._stumbled = self._announced = False
            return not self._closed

    def _read_queue(self) -> list[AttemptRef]:
        limit = self._room
        try:
            rows = self._pending(limit)
        except StoreError:
            rows = []
            with self._condition:
                self._stumbled = self._announced = not self._closed
        with self._condition:
            self._announced = self._announced or len(rows) >= limit
            chosen = [] if self._closed else [ref for ref in rows if ref not in self._running][: self._room]
            self._running.update(dict.fromkeys(chosen))
            self._unclaimed.update(chosen)
            self._queue_turn = False
            return chosen + self._choose()

    def close(self, timeout_seconds: float) -> None:
        """Start nothing any more."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout_seconds)
