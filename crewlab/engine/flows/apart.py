"""Work that has a task, and with it a context, of its own, and is stopped with its caller."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def over(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """The task of `work` once it is over, however it ended."""
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task})
    except asyncio.CancelledError:
        task.cancel()
        await until_over({task})
        raise
    return task


async def until_over(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Wait until all are over, however often the caller is stopped meanwhile: it is stopped already."""
    while not all(task.done() for task in tasks):
        with suppress(asyncio.CancelledError):
            await asyncio.wait(tasks)


def error_of(task: asyncio.Task[Any]) -> BaseException | None:
    """Why a task that is over failed; being stopped from inside is no reason that it could give."""
    return None if task.cancelled() else task.exception()
