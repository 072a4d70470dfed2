"""Hearing that the server is asked to stop, before it waits for connections that nobody else would end."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def told_of_stop(act: Callable[[], None]) -> Iterator[None]:
    """Call `act` on the running loop at a signal to stop that somebody else handles; only the main thread hears any."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: then for number in _SIGNALS if callable(then := signal.getsignal(number))}

    def hear(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(act)  # a signal comes between any two steps of this thread, with whatever it locked
        before[signal.Signals(number)](number, frame)

    for number in before:
        signal.signal(number, hear)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
