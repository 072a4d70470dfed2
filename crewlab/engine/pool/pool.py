"""Worker threads, each with an event loop that hosts many attempts at a time."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from crewlab.errors import EngineClosedError

T = TypeVar("T")

Done = Callable[[asyncio.Task[None]], None]
Farewell = Callable[[], Coroutine[Any, Any, None]]
"""What is awaited on each loop before it closes."""

SPREAD = 16
"""Attempts on every living worker before the next one is made: few threads share the GIL better than many."""


class Worker:
    """A daemon thread that runs one event loop. Hosted coroutines share nothing but the loop and `building`."""

    def __init__(self, name: str, farewell: Farewell, *, threads: int | None = None) -> None:
        self.name, self.hosted = name, 0
        self._farewell = farewell
        self.building = asyncio.Lock()
        """Held while a crew is built, which is CPU only: one at a time, so that the loop stays responsive."""
        self._loop = asyncio.new_event_loop()
        if threads is not None:
            self._loop.set_default_executor(ThreadPoolExecutor(threads, thread_name_prefix=name))
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            while not self._stopping:
                with suppress(SystemExit, KeyboardInterrupt):  # asyncio lets these out of the loop; others are hosted
                    self._loop.run_forever()
            self._loop.run_until_complete(self._finish())
        finally:
            self._loop.close()

    async def _finish(self) -> None:
        """Let what was cancelled end, and what others left on the loop."""
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._farewell()
        await asyncio.get_running_loop().shutdown_asyncgens()

    def call(self, function: Callable[..., object], *arguments: object) -> bool:
        """Call a function on the loop, soon; false when the loop is gone."""
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:  # the loop is closed
            return False
        return True

    def host(self, main: Main, done: Done) -> None:
        """Run `main(self)` in a context of its own; `done` is called with its task, even if it never began."""
        self.call(self._begin, main, done)

    def _begin(self, main: Main, done: Done) -> None:
        task = self._loop.create_task(main(self), context=contextvars.Context())
        self._tasks.add(task)  # a loop holds its tasks weakly
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(done)

    def ask(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine on the loop, for a caller on another thread."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def stop(self) -> None:
        """Ask the loop to end; what it still hosts is cancelled."""
        self._stopping = True
        self.call(self._loop.stop)

    def join(self, timeout_seconds: float) -> None:
        self._thread.join(timeout_seconds)


Main = Callable[[Worker], Coroutine[Any, Any, None]]


class Pool:
    """Up to `limit` workers, made when needed. Counts what each hosts; how much that may be is the dispatcher's matter.

    Workers beyond a limit that was lowered host what they have, and nothing new.
    """

    def __init__(self, limit: Callable[[], int], farewell: Farewell) -> None:
        self._limit, self._farewell = limit, farewell
        self._lock = threading.Lock()
        self._workers: list[Worker] = []
        self._closed = False

    def take(self) -> Worker:
        """The worker to host one more attempt; give it back with `release`. Raises `EngineClosedError`."""
        with self._lock:
            if self._closed:
                raise EngineClosedError("This lab was closed.", "Open it again with `crewlab.open()`.")
            limit = self._limit()
            worker = min(self._workers[:limit], key=lambda worker: worker.hosted, default=None)
            if worker is None or (worker.hosted >= SPREAD and len(self._workers) < limit):
                worker = Worker(f"crewlab-worker-{len(self._workers) + 1}", self._farewell)
                self._workers.append(worker)
            worker.hosted += 1
            return worker

    def release(self, worker: Worker) -> None:
        with self._lock:
            worker.hosted -= 1

    @property
    def hosted(self) -> dict[str, int]:
        """How many attempts each worker hosts, by its name."""
        with self._lock:
            return {worker.name: worker.hosted for worker in self._workers}

    def close(self, timeout_seconds: float) -> None:
        """Stop all loops and wait for their threads, at most `timeout_seconds` in all."""
        deadline = time.monotonic() + timeout_seconds
        with self._lock:
            workers, self._workers, self._closed = self._workers, [], True
        for worker in workers:
            worker.stop()
        for worker in workers:
            worker.join(max(0.0, deadline - time.monotonic()))
