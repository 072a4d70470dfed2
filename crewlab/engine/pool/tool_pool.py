"""Threads for what blocks: tool bodies."""

from __future__ import annotations

import asyncio
import contextvars
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from crewlab.engine.awaiting import result_of

T = TypeVar("T")


@dataclass
class _Call:
    """A function on its way through a thread."""

    function: Callable[[], Any]
    context: contextvars.Context
    future: Future[Any] = field(default_factory=Future)
    thread: threading.Thread | None = None
    given_up: bool = False

    def run(self) -> None:
        try:
            self.future.set_result(self.context.run(self.function))
        except BaseException as error:  # noqa: BLE001 - raised again in the coroutine that waits
            self.future.set_exception(error)


class ToolPool:
    """Up to `size` daemon threads, made when needed. A thread that overruns is given up, counted and replaced."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._calls: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._threads: set[threading.Thread] = set()
        self._wanted = 0  # calls that wait or run, given-up ones left out
        self.given_up = 0

    async def run(self, function: Callable[[], T], *, timeout_seconds: float) -> T:
        """Call `function` in a thread, with a copy of the caller's context variables.

        Raises:
            TimeoutError: It was not done in time, waiting for a free thread included.
        """
        call = _Call(function, contextvars.copy_context())
        self._submit(call)
        try:
            async with asyncio.timeout(timeout_seconds):
                result: T = await result_of(call.future)
                return result
        finally:
            self._leave(call)

    @property
    def busy(self) -> int:
        """Calls that run, or wait for a free thread."""
        return self._wanted

    def _submit(self, call: _Call) -> None:
        with self._lock:
            self._wanted += 1
            self._add_thread()
        self._calls.put(call)

    def _add_thread(self) -> None:
        """Make another thread if a call would have to wait for one. Called with the lock held."""
        if self._wanted > len(self._threads) and len(self._threads) < self._size:
            thread = threading.Thread(target=self._work, name="crewlab-tool", daemon=True)
            self._threads.add(thread)
            thread.start()

    def _leave(self, call: _Call) -> None:
        """The caller waits no longer: because the call is done, or in spite of it running."""
        with self._lock:
            self._wanted -= 1
            if not call.future.done() and not call.future.cancel():
                call.given_up = True
                self.given_up += 1
                self._threads = {thread for thread in self._threads if thread is not call.thread}
                self._add_thread()  # at once: calls may wait behind it, and no further one may come

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            call.thread = threading.current_thread()
            if call.future.set_running_or_notify_cancel():
                call.run()
            with self._lock:
                if call.given_up:
                    return

    def close(self, timeout_seconds: float) -> None:
        """End idle threads and wait for busy ones, at most `timeout_seconds` in all."""
        deadline = time.monotonic() + timeout_seconds
        with self._lock:
            threads, self._threads = self._threads, set()
        for _ in threads:
            self._calls.put(None)
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
