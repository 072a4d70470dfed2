"""The calls of one attempt: which are open, and the way to the recorder."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from crewlab.executions.events import BaseEvent


class OpenCall(Protocol):
    """A model or tool call that has started."""

    call_id: str

    def started(self) -> BaseEvent: ...

    def cancelled(self) -> BaseEvent: ...


class Journal:
    """Takes the events of one attempt, from any thread, and ends every call that was started exactly once.

    After `close` nothing is recorded any more: an abandoned tool thread cannot write into an ended attempt.
    """

    def __init__(self, record: Callable[[BaseEvent], None], execution_id: str, attempt: int) -> None:
        self.key: Mapping[str, Any] = {"execution_id": execution_id, "attempt": attempt}
        self._record = record
        self._open: dict[str, OpenCall] = {}
        self._closed = False
        self._lock = threading.Lock()

    def is_closed(self) -> bool:
        """Whether the attempt has ended."""
        return self._closed

    def start(self, call: OpenCall) -> None:
        """Record that `call` has started."""
        with self._lock:
            if not self._closed:
                self._record(call.started())  # may refuse: then it has not started
                self._open[call.call_id] = call

    def end(self, call: OpenCall, event: BaseEvent) -> None:
        """Record how `call` ended, unless that is already known."""
        with self._lock:
            if self._open.pop(call.call_id, None) is not None:
                self._record(event)

    def note(self, event: BaseEvent) -> None:
        """Record something that neither starts nor ends a call."""
        with self._lock:
            if not self._closed:
                self._record(event)

    def close(self) -> None:
        """Record every open call as cancelled, and take nothing more."""
        with self._lock:
            self._closed = True
            for call in self._open.values():
                self._record(call.cancelled())
            self._open.clear()
