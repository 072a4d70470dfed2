"""Awaiting what another thread does."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future

import pytest

from crewlab.engine.awaiting import result_of


def test_a_result_of_another_thread_arrives():
    """Whether it is there already or comes later."""
    future: Future[str] = Future()

    async def main() -> tuple[str, str]:
        threading.Thread(target=future.set_result, args=("done",)).start()
        return await result_of(future), await result_of(future)

    assert asyncio.run(main()) == ("done", "done")


def test_an_exception_of_another_thread_is_raised():
    """As if it had happened here."""
    future: Future[str] = Future()
    future.set_exception(ValueError("bad"))
    with pytest.raises(ValueError, match="bad"):
        asyncio.run(result_of(future))


def test_being_cancelled_leaves_the_future_alone():
    """It belongs to the thread that will answer it, and a late answer disturbs nobody."""
    future: Future[str] = Future()

    async def main() -> None:
        waiting = asyncio.create_task(result_of(future))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert not future.cancelled()
        future.set_result("late")

    asyncio.run(main())
    assert future.result() == "late"
