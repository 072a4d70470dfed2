"""LLMs that the cache of a loop let go: their HTTP clients are closed once nobody uses them any more."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from crewai.llms.base_llm import BaseLLM

Closers = Sequence[Callable[[], Any]]

_waiting: WeakKeyDictionary[asyncio.AbstractEventLoop, set[weakref.finalize[Any, Any]]] = WeakKeyDictionary()
"""What is still to be closed on each loop: by the end of the LLM, or by that of the loop."""
_closing: WeakKeyDictionary[asyncio.AbstractEventLoop, set[asyncio.Task[None]]] = WeakKeyDictionary()


def closers_of(llm: BaseLLM) -> Closers:
    """What closes the connections of `llm`, whoever made its clients. Keeps none of it alive but the clients."""
    if callable(own := getattr(llm, "closers", None)):
        found: Closers = own()
        return found
    clients = (getattr(llm, "_client", None), getattr(llm, "_async_client", None))
    return [close for client in clients if callable(close := getattr(client, "close", None))]


async def closed(closers: Closers) -> None:
    """Call them all, on the loop that the clients belong to."""
    for close in closers:
        closing = close()
        if asyncio.iscoroutine(closing):
            await closing


def close_when_unused(llm: BaseLLM) -> None:
    """Close the clients of `llm` when the last attempt that holds it has ended, or `close_all` is called."""
    loop, closers = asyncio.get_running_loop(), closers_of(llm)
    waiting = _waiting.setdefault(loop, set())
    ending = weakref.finalize(llm, _close_soon, weakref.ref(loop), closers)
    ending.atexit = False
    waiting.add(ending)
    waiting -= {one for one in waiting if not one.alive}


async def close_all(loop: asyncio.AbstractEventLoop) -> None:
    """Close what was let go on `loop`, used or not."""
    for ending in _waiting.pop(loop, set()):
        if (found := ending.detach()) is not None:
            await closed(found[2][1])
    for task in tuple(_closing.pop(loop, set())):
        await task


def _close_soon(loop_of: weakref.ref[asyncio.AbstractEventLoop], closers: Closers) -> None:
    """On the loop: an LLM may end on any thread."""
    loop = loop_of()
    if loop is not None:
        with suppress(RuntimeError):  # the loop has ended, and its connections with it
            loop.call_soon_threadsafe(_begin_closing, loop, closers)


def _begin_closing(loop: asyncio.AbstractEventLoop, closers: Closers) -> None:
    tasks = _closing.setdefault(loop, set())
    task = loop.create_task(closed(closers))
    tasks.add(task)
    task.add_done_callback(tasks.discard)
