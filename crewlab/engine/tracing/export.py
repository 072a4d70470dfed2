"""Sends each attempt that is over to an OpenTelemetry receiver, off the engine's path."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crewlab.engine.aside import run_aside
from crewlab.engine.tracing.attempt_trace import AttemptTrace
from crewlab.engine.tracing.otlp import SEND_SECONDS, address, headers, posted
from crewlab.errors import CrewLabError, StoreError
from crewlab.executions.events import StatusChanged
from crewlab.settings import Settings

if TYPE_CHECKING:
    import httpx

    from crewlab.store import Store

log = logging.getLogger(__name__)

LARGEST = 10_000
"""Attempts that wait to be sent; the oldest is left out when one more comes."""
TRIES = 2


@dataclass(frozen=True)
class TraceExportState:
    """What becomes of the traces."""

    endpoint: str
    """Where they go; empty while they are not exported."""
    sent: int = 0
    """Attempts that the receiver took."""
    dropped: int = 0
    """Attempts that it will never get: it did not answer, or too many waited."""
    waiting: int = 0
    problem: str = ""
    """Why the last one was not sent; empty when it was."""


class TraceExport:
    """Hears of the end of attempts and sends their spans, on one thread of its own, which begins with the first.

    What it needs of an attempt is read from the store then: all that waits is a name. A receiver that is slow, dead
    or wrong costs nobody anything but traces.
    """

    def __init__(self, store: Store, settings: Settings, secret: Callable[[str], str | None]) -> None:
        self._events, self._settings, self._secret = store.events, settings, secret
        self._trace = AttemptTrace(store, settings)
        self._waiting: deque[tuple[str, int]] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._deadline: float | None = None
        self._sent = self._dropped = 0
        self._problem = ""
        self._leave = self._events.listen(self._hear, owner=settings.owner) if settings.otlp_endpoint else None

    @property
    def state(self) -> TraceExportState:
        """How it goes."""
        with self._changed:
            endpoint = self._settings.otlp_endpoint
            return TraceExportState(endpoint, self._sent, self._dropped, len(self._waiting), self._problem)

    def close(self, timeout_seconds: float) -> None:
        """Send what waits, unless that takes too long. Idempotent."""
        if self._leave is not None:
            self._leave()
        with self._changed:
            self._deadline = self._deadline or time.monotonic() + timeout_seconds
            thread = self._thread
            self._changed.notify_all()
        if thread is not None:
            thread.join(timeout_seconds)

    def _hear(self, rows: Sequence[Sequence[Any]]) -> None:
        """Take note of attempts that are over; the thread that stores events waits for this."""
        events = (self._events.parse(row) for row in rows if row[_KIND] == "status_changed")
        over = [(one.execution_id, one.attempt) for one in events if _is_over(one)]
        if not over:
            return
        with self._changed:
            self._waiting.extend(over)
            while len(self._waiting) > LARGEST:
                self._waiting.popleft()
                self._dropped += 1
            self._thread = self._thread or run_aside(self._serve, "crewlab-traces")
            self._changed.notify_all()

    # -- the thread ----------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        import httpx

        # Settings of a proxy are those of the environment: the receiver may be outside.
        with httpx.Client(timeout=SEND_SECONDS) as client:
            while (ref := self._next()) is not None:
                problem = self._send(client, *ref)
                with self._changed:
                    self._problem = problem
                    self._sent, self._dropped = self._sent + (not problem), self._dropped + bool(problem)
                if problem:
                    log.debug("a trace was not sent: %s", problem)

    def _next(self) -> tuple[str, int] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._deadline is not None)
            if self._is_late:
                self._dropped += len(self._waiting)
                self._waiting.clear()
            return self._waiting.popleft() if self._waiting else None

    @property
    def _is_late(self) -> bool:
        return self._deadline is not None and time.monotonic() >= self._deadline

    def _send(self, client: httpx.Client, execution_id: str, attempt: int) -> str:
        """Send the spans of an attempt; why that failed, or nothing."""
        problem = ""
        try:
            url = address(self._settings.otlp_endpoint)
            sent_along = headers(self._settings.otlp_headers.get_secret_value(), self._secret)
            for message in self._trace.messages(execution_id, attempt):
                problem = problem or self._post(client, url, sent_along, message)
        except StoreError as error:  # it was closed meanwhile
            problem = error.message
        except CrewLabError as error:
            problem = str(error)
        return problem

    def _post(self, client: httpx.Client, url: str, sent_along: dict[str, str], message: bytes) -> str:
        problem = ""
        for _ in range(TRIES):
            if self._is_late:
                return problem or "CrewLab was closed before it was sent."
            problem, may_pass = posted(client, url, sent_along, message)
            if not may_pass:
                break
        return problem


_KIND = 6
"""Where a stored event has its kind."""


def _is_over(event: Any) -> bool:
    """Whether the attempt is over: an execution that waits for a person goes on with the next one."""
    return isinstance(event, StatusChanged) and event.status.is_at_rest
