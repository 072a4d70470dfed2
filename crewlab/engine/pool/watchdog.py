"""Ends an attempt from outside when its own thread hangs, and so can neither be cancelled nor run out of time."""

from __future__ import annotations

import threading
from collections.abc import Callable

from crewlab.engine.attempt import Stop

GRACE_SECONDS = 5.0
"""How much later than the thread itself should have."""


class Watchdog:
    """Watches one attempt on a worker of its own. Safe from any thread; `over` puts it to rest."""

    def __init__(self, give_up: Callable[[Stop | None], None]) -> None:
        self._give_up = give_up
        self._lock = threading.Lock()
        self._timers: list[threading.Timer] = []
        self._over = False

    def allow(self, seconds: float) -> None:
        """The attempt has so much time; `None` is passed on when it does not end by itself."""
        self._wait(seconds + GRACE_SECONDS, None)

    def stop(self, stop: Stop) -> None:
        """The attempt was asked to end now."""
        self._wait(GRACE_SECONDS, stop)

    def _wait(self, seconds: float, stop: Stop | None) -> None:
        timer = threading.Timer(seconds, self._give_up, [stop])
        timer.daemon = True
        timer.name = "crewlab-watchdog"
        with self._lock:
            if not self._over:
                self._timers.append(timer)
                timer.start()

    def over(self) -> None:
        """The attempt has ended."""
        with self._lock:
            self._over = True
            for timer in self._timers:
                timer.cancel()
