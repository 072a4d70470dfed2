"""Requests and tokens per minute: model calls wait for their turn, whatever loop or thread they come from.

A sliding window over the last 60 seconds, not a token bucket: no 60 seconds ever hold more than the limit (a bucket
lets through twice as much when it was full), and the numbers on the page are those that the limit is about.
Who waits is let in first come, first served, and sleeps on its own loop; only the computing is under a lock. Anybody
who wakes lets in everybody who has room by then, so a loop that hangs keeps nobody else waiting.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from crewlab.engine.awaiting import waker
from crewlab.engine.rates.meter import Place, RateMeter
from crewlab.errors import ExecutionError
from crewlab.executions.engine_state import RateUse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewlab.bridge.llms.rates import OnWait, RateLimit

WINDOW_SECONDS = 60.0
AGAIN_SECONDS = 1.0
"""How much longer than the first the others sleep: they are told, unless the loop of the first hangs."""
GLANCE_SECONDS = 0.25
"""How often a thread that waits looks whether it still should."""
FEW_METERS = 256
"""Up to so many idle meters are kept; each execution with a limit of its own has one."""


class Admitted:
    """A request that may be sent now."""

    def __init__(self, limits: RateLimits, places: Sequence[Place]) -> None:
        self._limits, self._places = limits, places

    def used(self, tokens: int) -> None:
        """Say how many tokens it was in the end; until then the estimate counts."""
        for place in self._places:
            with self._limits.locked():
                place.meter.correct(place, tokens)


class RateLimits:
    """All limits of this process; implements `contract.RateLimiter`. Safe from any thread and any loop."""

    def __init__(self, window_seconds: float = WINDOW_SECONDS, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._window, self._clock = window_seconds, clock
        self._lock = threading.Lock()
        self._meters: dict[str, RateMeter] = {}
        self._many = FEW_METERS

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else looks at a meter meanwhile."""
        with self._lock:
            yield

    async def admit(self, limits: Sequence[RateLimit], tokens: int, on_wait: OnWait) -> Admitted:
        """Wait until all `limits` have room for one more request of about `tokens`.

        They are entered one after the other, the own ones of an execution first: who waits for a limit of its own
        does not stand in the way of others at a shared one. Being cancelled gives all places back.
        """
        with self._entering() as places:
            for limit in limits:
                changed = asyncio.Event()
                place = self._join(places, limit, tokens, waker(changed), on_wait)
                while not place.is_in:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self._pause(place)):
                            await changed.wait()
                    changed.clear()
        return self._sent(places)

    def admit_blocking(
        self, limits: Sequence[RateLimit], tokens: int, on_wait: OnWait, is_over: Callable[[], bool]
    ) -> Admitted:
        """`admit` for a thread that may block. Raises `ExecutionError` once `is_over` says that nobody waits for it."""
        with self._entering() as places:
            for limit in limits:
                changed = threading.Event()
                place = self._join(places, limit, tokens, changed.set, on_wait)
                while not place.is_in:
                    changed.wait(min(GLANCE_SECONDS, self._pause(place)))
                    changed.clear()
                    if is_over():
                        raise ExecutionError("The execution ended while a model call waited for its turn.")
        return self._sent(places)

    def use(self) -> list[RateUse]:
        """What was asked under each limit within the last minute, and how many calls wait. Idle ones are left out."""
        with self._lock:
            now = self._clock()
            return [use for meter in self._meters.values() if (use := meter.use(now)).is_busy]

    @contextmanager
    def _entering(self) -> Iterator[list[Place]]:
        """The places that were taken so far; they are given back when something goes wrong."""
        places: list[Place] = []
        try:
            yield places
        except BaseException:  # raised again: who is cancelled here keeps no place
            with self._lock:
                for place in places:
                    place.meter.leave(place, self._clock())
            raise

    def _join(
        self, places: list[Place], limit: RateLimit, tokens: int, wake: Callable[[], None], on_wait: OnWait
    ) -> Place:
        """A new place under `limit`, which is in, or waits and says so."""
        with self._lock:
            meter = self._meter(limit)
            place = Place(meter, tokens, wake)
            places.append(place)
            meter.join(place, self._clock())
            seconds = meter.expected_wait(place, self._clock())
        if not place.is_in:
            on_wait(limit, seconds)
        return place

    def _meter(self, limit: RateLimit) -> RateMeter:
        meter = self._meters.get(limit.key)
        if meter is None:
            self._drop_idle()
            meter = self._meters[limit.key] = RateMeter(limit, self._window)
        meter.limit = limit  # as it stands now: it may have been edited
        return meter

    def _drop_idle(self) -> None:
        """Called with the lock held, now and then."""
        if len(self._meters) >= self._many:
            now = self._clock()
            self._meters = {key: meter for key, meter in self._meters.items() if meter.use(now).is_busy}
            self._many = max(FEW_METERS, 2 * len(self._meters))

    def _pause(self, place: Place) -> float:
        """How long to sleep before looking again, after letting in who has room."""
        with self._lock:
            first, seconds = place.meter.admit(self._clock())
            return seconds if first is place else seconds + AGAIN_SECONDS

    def _sent(self, places: Sequence[Place]) -> Admitted:
        """The minute of a place begins when its request is sent, not when it was let in."""
        with self._lock:
            now = self._clock()
            for place in places:
                place.meter.begin(place, now)
        return Admitted(self, places)
