"""Importing crewAI once, beside everything else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crewlab.bridge.contract import CrewAI


class Loading:
    """crewAI, imported in a thread of its own at the first request; a failed import is tried again."""

    def __init__(self, load: Callable[[], CrewAI]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._future: Future[CrewAI] | None = None

    def begin(self) -> Future[CrewAI]:
        """Start to import unless that has been done; returns at once."""
        with self._lock:
            if self._future is None or (self._future.done() and self._future.exception() is not None):
                self._future = Future()
                threading.Thread(target=self._import, args=(self._future,), name="crewlab-loading", daemon=True).start()
            return self._future

    def _import(self, future: Future[CrewAI]) -> None:
        try:
            future.set_result(self._load())
        except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
            future.set_exception(error)

    @property
    def loaded(self) -> CrewAI | None:
        """crewAI if it is ready now."""
        future = self._future
        return future.result() if future is not None and future.done() and not future.exception() else None

    @property
    def state(self) -> str:
        """`not loaded`, `loading`, `ready`, or `failed: ` and why."""
        future = self._future
        if future is None:
            return "not loaded"
        if not future.done():
            return "loading"
        error = future.exception()
        return "ready" if error is None else f"failed: {error}"
