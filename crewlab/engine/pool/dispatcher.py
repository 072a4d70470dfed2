"""Who runs next: work offered by a waiting caller, and the queue in the store."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable

from crewlab.engine.attempt import AttemptRef
from crewlab.engine.homes.home import QueuePage
from crewlab.engine.pool.room import Caps, Room
from crewlab.errors import StoreError
from crewlab.executions.queue_room import QueueRoom

RETRY_SECONDS = 1.0
"""How long the queue rests after the store could not be read or an attempt could not be claimed."""


class Offer:
    """Attempts that a caller waits for, in order, and how many of them may run at a time."""

    def __init__(self, refs: Iterable[AttemptRef], limit: int | None) -> None:
        self.waiting = deque(refs)
        self.limit = limit
        self.running: set[AttemptRef] = set()

    def has_next(self, room: Room) -> bool:
        """Whether its next attempt may start."""
        if not self.waiting or (self.limit is not None and len(self.running) >= self.limit):
            return False
        return room.fits(self.waiting[0])


class Dispatcher:
    """Starts attempts while there is room. Offers take turns among themselves, and all of them with the queue.

    The queue is read only after `serve` was called, or while more may be left, and when room is free; nothing polls.
    What was read is started and claimed before the queue is read again. While it is paused nothing starts.
    """

    def __init__(
        self,
        caps: Callable[[], Caps],
        start: Callable[[AttemptRef], None],
        pending: Callable[[QueueRoom], QueuePage],
    ) -> None:
        self._room, self._start, self._pending = Room(caps), start, pending
        self._condition = threading.Condition()
        self._offers: deque[Offer] = deque()
        self._running: dict[AttemptRef, Offer | None] = {}
        self._unclaimed: set[AttemptRef] = set()
        self._claimed: set[AttemptRef] = set()
        self._announced = self._stumbled = self._closed = self._paused = False
        self._may_be_left = False
        """Whether the queue may hold something that there was no room for: then an end is a reason to read it."""
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

    # -- what may start changes ----------------------------------------------------------------------------------

    def pause(self) -> None:
        """Start nothing until `go_on`; what runs goes on."""
        with self._condition:
            self._paused = True

    def go_on(self) -> None:
        """Start what may start by now: the pool was paused, or a cap was another one."""
        with self._condition:
            self._paused = False
            self._announced = self._announced or self.serves
            chosen = self._choose()
            self._condition.notify_all()
        self._start_all(chosen)

    @property
    def is_paused(self) -> bool:
        return self._paused

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
            self._forget(ref)
            self._stumbled = self._stumbled or stumbled
            self._announced = self._announced or stumbled or self._may_be_left
            chosen = self._choose()
            self._condition.notify_all()
        self._start_all(chosen)

    def _forget(self, ref: AttemptRef) -> None:
        if ref not in self._running:
            return
        offer = self._running.pop(ref)
        if offer is not None:
            offer.running.discard(ref)
        self._room.leave(ref)
        self._unclaimed.discard(ref)
        self._claimed.discard(ref)

    @property
    def running(self) -> int:
        """How many attempts are started and not over."""
        return len(self._running)

    @property
    def working(self) -> int:
        """How many of them are past their claim. The others are still pending to everybody who asks the store."""
        return len(self._claimed)

    @property
    def shares(self) -> tuple[dict[str, int], dict[str, int]]:
        """How many are started and not over, by owner and by batch."""
        with self._condition:
            return self._room.owners, self._room.batches

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
        while self._may_start and self._room.left > kept_back and any(o.has_next(self._room) for o in self._offers):
            offer = self._offers[0]
            self._offers.rotate(-1)
            if offer.has_next(self._room) and (ref := offer.waiting.popleft()) not in self._running:
                offer.running.add(ref)
                self._let_in(ref, offer)
                chosen.append(ref)
                self._queue_turn = True
        self._offers = deque(offer for offer in self._offers if offer.waiting)
        return chosen

    def _let_in(self, ref: AttemptRef, offer: Offer | None) -> None:
        self._running[ref] = offer
        self._room.enter(ref)

    @property
    def _may_start(self) -> bool:
        return not self._closed and not self._paused

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
                lambda: (
                    self._closed
                    or (self._announced and not self._paused and self._room.left > 0 and not self._unclaimed)
                )
            )
            if self._stumbled and not self._closed:
                self._condition.wait_for(lambda: self._closed, RETRY_SECONDS)
            self._stumbled = self._announced = False
            self._may_be_left = True  # until it is known: what ends while it is read is not missed
            return not self._closed

    def _read_queue(self) -> list[AttemptRef]:
        with self._condition:
            room = self._room.for_queue()
        page = self._ask(room)
        with self._condition:
            chosen = self._choose_of(page.refs)
            self._may_be_left = page.left > 0 or len(chosen) < len(page.refs)
            self._unclaimed.update(chosen)
            self._queue_turn = False
            return chosen + self._choose()

    def _choose_of(self, rows: Iterable[AttemptRef]) -> list[AttemptRef]:
        """Those that may still start: meanwhile others did."""
        chosen = []
        for ref in rows:
            if self._may_start and ref not in self._running and self._room.fits(ref):
                self._let_in(ref, None)
                chosen.append(ref)
        return chosen

    def _ask(self, room: QueueRoom) -> QueuePage:
        try:
            return self._pending(room)
        except StoreError:
            with self._condition:
                self._stumbled = self._announced = not self._closed
            return QueuePage([], 0)

    def close(self, timeout_seconds: float) -> None:
        """Start nothing any more."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout_seconds)
