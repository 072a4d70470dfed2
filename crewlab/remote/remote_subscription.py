"""A handler that hears of the events of the running app, on a thread of its own."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from crewlab.engine.aside import run_aside
from crewlab.errors import AppUnreachableError, CrewLabError
from crewlab.executions.events import BaseEvent
from crewlab.remote.connection import TIMEOUT_SECONDS, Connection
from crewlab.remote.messages import Position

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)
CLOSE_SECONDS = 0.5
"""How long the end waits for a handler that is at work."""
ENDED = AppUnreachableError("The app ended the connection.", "Start it again, and go on where this ended.")


class RemoteSubscription:
    """Calls `handler` with each event that the app stores, in their order, until it is closed or the app is gone."""

    def __init__(self, connection: Connection, kinds: str | None, handler: Callable[[BaseEvent], object]) -> None:
        self._connection, self._kinds, self._handler = connection, kinds, handler
        self._position = Position(0)
        self._answer: httpx.Response | None = None
        self._ready, self._closed = threading.Event(), threading.Event()
        self._refusal: CrewLabError | None = None
        self.delivered = 0
        """Events that the handler was called with."""
        self.dropped = 0
        """Always 0: the app waits for a slow handler, and tells it the rest later."""
        self.failed = 0
        """Events at which it raised; it hears of the next one all the same."""
        self.last_error: Exception | None = None
        """What it raised last, or why the app is not heard any more."""
        self._thread = run_aside(self._serve, "crewlab-subscriber")
        self._ready.wait(TIMEOUT_SECONDS)
        if self._refusal is not None:
            raise self._refusal

    def __repr__(self) -> str:
        return f"RemoteSubscription(delivered={self.delivered}, failed={self.failed})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hear no more. Idempotent."""
        self._closed.set()
        if (answer := self._answer) is not None:
            with suppress(OSError, KeyError):  # it has ended meanwhile
                # Closing a socket does not wake the thread that reads it; this does.
                answer.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        if threading.current_thread() is not self._thread:
            self._thread.join(CLOSE_SECONDS)

    def _serve(self) -> None:
        try:
            while not self._closed.is_set():
                self._closed.wait(self._position.cut(self._heard()))
        except AppUnreachableError as error:
            self.last_error = error
        except CrewLabError as refusal:
            self._refusal = self.last_error = refusal
        finally:
            self._ready.set()

    def _heard(self) -> AppUnreachableError:
        """Hear until the connection ends; returns how."""
        try:
            with self._connection.stream("events", headers=self._position.headers, kinds=self._kinds) as answer:
                self._answer = answer
                for part in answer.iter_bytes():
                    for _, event in self._position.feed(part):
                        self._hand_over(event)
                    self._ready.set()
        except AppUnreachableError as error:
            return error
        return ENDED

    def _hand_over(self, event: BaseEvent) -> None:
        if self._closed.is_set():
            return
        self.delivered += 1
        try:
            self._handler(event)
        except Exception as error:  # whatever a handler raises is its own affair, and is counted
            self.failed, self.last_error = self.failed + 1, error
            log.debug("a subscriber raised", exc_info=error)
