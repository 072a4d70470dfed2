"""Workers that host one attempt at a time, for what blocks the thread it runs on."""

from __future__ import annotations

import threading
import time

from crewlab.engine.pool.pool import Farewell, Worker
from crewlab.errors import EngineClosedError
from crewlab.executions.engine_state import DedicatedWorker

_THREADS = 64
"""For agents of one attempt that hold a thread each: those at work at once, and those who wait for a coworker."""


class DedicatedPool:
    """Makes a worker for each attempt, or takes one that is free. How many there may be is the dispatcher's matter."""

    def __init__(self, farewell: Farewell) -> None:
        self._farewell = farewell
        self._lock = threading.Lock()
        self._free: list[Worker] = []
        self._busy: dict[Worker, DedicatedWorker] = {}
        self._made = 0
        self._closed = False
        self.given_up = 0
        """Workers that hang, and were replaced."""

    def take(self, execution_id: str, reason: str) -> Worker:
        """The worker for one attempt; give it back with `release` or `give_up`. Raises `EngineClosedError`."""
        with self._lock:
            if self._closed:
                raise EngineClosedError("This lab was closed.", "Open it again with `crewlab.open()`.")
            worker = self._free.pop() if self._free else self._make()
            self._busy[worker] = DedicatedWorker(worker.name, execution_id, reason)
            return worker

    def _make(self) -> Worker:
        self._made += 1
        return Worker(f"crewlab-dedicated-{self._made}", self._farewell, threads=_THREADS)

    def release(self, worker: Worker) -> None:
        """Its attempt is over; the next one may have it."""
        with self._lock:
            if self._busy.pop(worker, None) is not None and not self._closed:
                self._free.append(worker)

    def give_up(self, worker: Worker) -> None:
        """Its thread hangs: it is left alone (it ends by itself, or with the process), and another one is made."""
        with self._lock:
            if self._busy.pop(worker, None) is not None:
                self.given_up += 1
        worker.stop()

    @property
    def busy(self) -> list[DedicatedWorker]:
        """Those that host an attempt."""
        with self._lock:
            return list(self._busy.values())

    def close(self, timeout_seconds: float) -> None:
        """Stop all loops and wait for their threads, at most `timeout_seconds` in all."""
        deadline = time.monotonic() + timeout_seconds
        with self._lock:
            workers, self._closed = [*self._free, *self._busy], True
            self._free.clear()
        for worker in workers:
            worker.stop()
        for worker in workers:
            worker.join(max(0.0, deadline - time.monotonic()))
