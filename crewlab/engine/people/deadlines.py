"""What happens to questions that nobody answers: one thread for all of them, in a process that serves the queue."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from crewlab.engine.homes.home import Home
from crewlab.errors import StoreError
from crewlab.executions.person import Answered

LONGEST_SLEEP_SECONDS = 60.0
"""How long it sleeps at most while there is a deadline: the clock of the wall may be set, and a laptop be closed."""
RETRY_SECONDS = 1.0


class Deadlines:
    """Answers for people who do not, as their tasks say. Sleeps until the first deadline; nothing polls without one."""

    def __init__(self, home: Home, tell: Callable[[Answered], None], now: Callable[[], datetime]) -> None:
        self._home, self._tell, self._now = home, tell, now
        self._condition = threading.Condition()
        self._announced = self._closed = False
        self._thread: threading.Thread | None = None

    def serve(self) -> None:
        """Keep the deadlines from now on. Idempotent."""
        with self._condition:
            if self._thread is None and not self._closed:
                self._announced = True
                self._thread = threading.Thread(target=self._serve, name="crewlab-deadlines", daemon=True)
                self._thread.start()

    def look(self) -> None:
        """There may be an earlier deadline than before, or the clock was set."""
        with self._condition:
            self._announced = True
            self._condition.notify_all()

    def close(self, timeout_seconds: float) -> None:
        """Answer nothing any more."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout_seconds)

    def _serve(self) -> None:
        while not self._closed:
            self._sleep(self._keep())

    def _keep(self) -> float | None:
        """Answer what is overdue; how long to sleep then, `None` when there is no deadline."""
        with self._condition:
            self._announced = False
        try:
            for question in self._home.overdue(self._now()):
                self._tell(self._home.answer(question, question.on_deadline).result())
            deadline = self._home.next_deadline()
        except StoreError:  # it is closing, or its disk is full
            return RETRY_SECONDS
        if deadline is None:
            return None
        seconds = (deadline - self._now()).total_seconds()
        return min(seconds, LONGEST_SLEEP_SECONDS) if seconds > 0 else RETRY_SECONDS

    def _sleep(self, seconds: float | None) -> None:
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._announced, seconds)
