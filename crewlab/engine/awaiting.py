"""Awaiting what another thread does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def result_of(future: Future[T]) -> T:
    """The result of a future of another thread.

    Unlike `asyncio.wrap_future`, being cancelled does not cancel the future: it is not ours.
    """
    if not future.done():
        loop = asyncio.get_running_loop()
        waiter = loop.create_future()
        future.add_done_callback(lambda _: _wake(loop, waiter))
        await waiter
    return future.result()


def _wake(loop: asyncio.AbstractEventLoop, waiter: asyncio.Future[None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(_settle, waiter)


def _settle(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


def waker(event: asyncio.Event) -> Callable[[], None]:
    """Sets `event` from any thread, on the loop that runs now; nothing happens once that is closed."""
    loop = asyncio.get_running_loop()

    def wake() -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(event.set)

    return wake
