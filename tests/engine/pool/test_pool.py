"""Workers and their loops."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Iterator

import pytest

from crewlab.engine.pool.pool import SPREAD, Pool, Worker
from crewlab.errors import EngineClosedError
from tests.conftest import wait_until

NAME: contextvars.ContextVar[str] = contextvars.ContextVar("NAME", default="nobody")


async def farewell() -> None:
    """Nothing to close."""


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool(lambda: 2, farewell)
    yield made
    made.close(2.0)


def host(worker: Worker, main) -> asyncio.Task[None]:
    """Host a coroutine function; its task once it is done."""
    done, tasks = threading.Event(), []
    worker.host(main, lambda task: (tasks.append(task), done.set()))
    assert done.wait(60)
    return tasks[0]


def test_workers_are_made_when_needed(pool: Pool):
    """A small load stays on one thread; then the least busy one hosts."""
    first = [pool.take() for _ in range(SPREAD)]
    assert len(set(first)) == 1
    second = pool.take()
    assert second is not first[0]
    pool.release(second)
    assert pool.take() is second


def test_each_attempt_has_a_context_of_its_own(pool: Pool):
    """Context variables leak neither in nor from one to the next."""
    seen = []

    async def main(worker: Worker) -> None:
        seen.append(NAME.get())
        NAME.set("somebody")

    NAME.set("caller")
    worker = pool.take()
    host(worker, main)
    host(worker, main)
    assert seen == ["nobody", "nobody"]


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def test_a_worker_survives_code_that_wants_to_end_the_program(pool: Pool, error: BaseException):
    """Others are hosted on the same loop, and go on."""

    async def exits(worker: Worker) -> None:
        raise error

    async def goes_on(worker: Worker) -> None:
        await asyncio.sleep(0)

    worker = pool.take()
    assert host(worker, exits).exception() is error
    assert host(worker, goes_on).exception() is None


def test_close_cancels_what_is_hosted_and_leaves_no_thread(pool: Pool):
    """Clean-up code of a hosted coroutine still runs."""
    before, started, cleaned = set(threading.enumerate()), threading.Event(), threading.Event()

    async def hangs(worker: Worker) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.set()

    pool.take().host(hangs, lambda task: None)
    assert started.wait(60)
    pool.close(2.0)
    assert cleaned.wait(60)
    wait_until(lambda: set(threading.enumerate()) <= before, "its threads to end")
    with pytest.raises(EngineClosedError):
        pool.take()


def test_a_closed_loop_takes_nothing(pool: Pool):
    """Calls that come too late are refused, not raised."""
    worker = pool.take()
    pool.close(2.0)
    wait_until(lambda: worker.call(list) is False, "its loop to be closed")
