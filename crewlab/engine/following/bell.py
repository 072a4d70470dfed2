"""Waking those who wait on one event loop for what is stored: one listener of the store for all of them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

Row = Sequence[Any]
_EXECUTION_ID, _KIND = 1, 6
"""Where a stored event has its execution and its kind."""
_STATUS = "status_changed"


class Topic(NamedTuple):
    """What somebody waits for."""

    execution_id: str | None
    """`None` for any."""
    status_only: bool = False
    """Only a change of its status."""


class Bell:
    """Belongs to the loop it was made on. Rows are told by the thread that stores them, which only takes note."""

    def __init__(self, listen: Callable[[Callable[[Sequence[Row]], None]], Callable[[], None]]) -> None:
        self.loop = asyncio.get_running_loop()
        self._waiting: dict[Topic, set[asyncio.Event]] = {}
        self._leave = listen(self._hear)

    @contextmanager
    def listening(self, topic: Topic) -> Iterator[asyncio.Event]:
        """An event that is set at news about the topic; whoever waits clears it before looking."""
        heard = asyncio.Event()
        self._waiting.setdefault(topic, set()).add(heard)
        try:
            yield heard
        finally:
            self._waiting[topic].remove(heard)
            if not self._waiting[topic]:
                del self._waiting[topic]

    @property
    def is_idle(self) -> bool:
        """Whether nobody listens."""
        return not self._waiting

    def leave(self) -> None:
        """Hear no more."""
        self._leave()

    def ring_for_all(self) -> None:
        """Wake everybody, from any thread."""
        self._call(lambda: self._ring(list(self._waiting)))

    def _hear(self, rows: Sequence[Row]) -> None:
        topics = set(_topics(rows))
        self._call(lambda: self._ring(topics))

    def _call(self, act: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            self.loop.call_soon_threadsafe(act)

    def _ring(self, topics: Sequence[Topic] | set[Topic]) -> None:
        for topic in topics:
            for heard in self._waiting.get(topic, ()):
                heard.set()


def _topics(rows: Sequence[Row]) -> Iterator[Topic]:
    for row in rows:
        yield from (Topic(row[_EXECUTION_ID]), Topic(None))
        if row[_KIND] == _STATUS:
            yield from (Topic(row[_EXECUTION_ID], status_only=True), Topic(None, status_only=True))


class Bells:
    """A bell for each loop on which somebody waits. `listen` is the store's: it takes a hearer, and returns its end."""

    def __init__(self, listen: Callable[[Callable[[Sequence[Row]], None]], Callable[[], None]]) -> None:
        self._listen = listen
        self._lock = threading.Lock()
        self._bells: dict[asyncio.AbstractEventLoop, Bell] = {}

    @contextmanager
    def listening(self, topic: Topic) -> Iterator[asyncio.Event]:
        """`Bell.listening` on the loop that runs now."""
        bell = self._bell()
        try:
            with bell.listening(topic) as heard:
                yield heard
        finally:
            with self._lock:
                if bell.is_idle:
                    self._bells.pop(bell.loop, bell).leave()

    def ring(self) -> None:
        """Wake everybody, from any thread."""
        with self._lock:
            bells = list(self._bells.values())
        for bell in bells:
            bell.ring_for_all()

    def _bell(self) -> Bell:
        loop = asyncio.get_running_loop()
        with self._lock:
            if loop not in self._bells:
                self._bells[loop] = Bell(self._listen)
            return self._bells[loop]
