"""Threads for what blocks."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Iterator

import pytest

from crewlab.engine.pool.tool_pool import ToolPool
from tests.conftest import wait_until

NAME: contextvars.ContextVar[str] = contextvars.ContextVar("NAME")


@pytest.fixture
def pool() -> Iterator[ToolPool]:
    made = ToolPool(2)
    yield made
    made.close(2.0)


def test_a_result_comes_back_with_the_callers_context(pool: ToolPool):
    """The function sees the caller's context variables."""

    async def main() -> str:
        NAME.set("caller")
        return await pool.run(NAME.get, timeout_seconds=60)

    assert asyncio.run(main()) == "caller"


def test_an_exception_comes_back(pool: ToolPool):
    """Whatever the function raises, the caller gets."""

    def fail() -> None:
        raise TimeoutError("of its own")

    with pytest.raises(TimeoutError, match="of its own"):
        asyncio.run(pool.run(fail, timeout_seconds=60))
    assert pool.given_up == 0


def test_no_more_threads_than_the_size(pool: ToolPool):
    """Ten calls on two threads are all made."""
    names: set[str] = set()
    both = threading.Barrier(2)

    def note() -> None:
        names.add(str(threading.get_ident()))
        both.wait(60)

    async def main() -> None:
        await asyncio.gather(*(pool.run(note, timeout_seconds=60) for _ in range(10)))

    asyncio.run(main())
    assert len(names) == 2


def test_a_thread_that_overruns_is_replaced(pool: ToolPool):
    """Hanging tools cost their callers their patience and nobody else anything."""
    release, before = threading.Event(), set(threading.enumerate())

    async def main() -> str:
        for _ in range(2):
            hanging = threading.Event()
            call = asyncio.create_task(
                pool.run(lambda begun=hanging: begun.set() or release.wait(), timeout_seconds=60)
            )
            await asyncio.to_thread(hanging.wait, 60)
            call.cancel()
            await asyncio.wait([call])
        return await pool.run(lambda: "free", timeout_seconds=60)

    assert asyncio.run(main()) == "free"
    assert pool.given_up == 2
    release.set()
    wait_until(lambda: len(set(threading.enumerate()) - before) == 1, "given-up threads to end")


def test_calls_behind_a_thread_that_overruns_go_on():
    """Those that wait already get the replacement; they need no later call to bring it about."""
    pool, release = ToolPool(1), threading.Event()

    async def hang() -> None:
        with pytest.raises(TimeoutError):
            await pool.run(release.wait, timeout_seconds=0.05)

    async def main() -> str:
        hanging = asyncio.create_task(hang())
        await asyncio.sleep(0)
        answer = await pool.run(lambda: "free", timeout_seconds=60)
        await hanging
        return answer

    assert asyncio.run(main()) == "free"
    release.set()
    pool.close(2.0)


def test_a_call_that_never_got_a_thread_is_never_made(pool: ToolPool):
    """Cancelled while it waits, it does not run later."""
    release, called = threading.Event(), threading.Event()

    async def main() -> None:
        hanging = [asyncio.create_task(pool.run(release.wait, timeout_seconds=60)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(TimeoutError):
            await pool.run(called.set, timeout_seconds=0.05)
        release.set()
        await asyncio.gather(*hanging)

    asyncio.run(main())
    assert not called.is_set()


def test_close_leaves_no_thread(pool: ToolPool):
    """Idle threads end."""
    before = set(threading.enumerate())
    asyncio.run(pool.run(lambda: None, timeout_seconds=60))
    pool.close(2.0)
    wait_until(lambda: set(threading.enumerate()) <= before, "its threads to end")
