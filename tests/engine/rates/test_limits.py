"""Limits over tasks, loops and threads."""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from crewlab.bridge.llms.rates import RateLimit
from crewlab.engine.rates.limits import FEW_METERS, RateLimits
from crewlab.engine.rates.meter import Place, RateMeter
from crewlab.errors import ExecutionError
from tests.conftest import wait_until

WINDOW = 0.2
HANGS = 60.0
"""Seconds after which something will never happen."""


def limit(requests: int, key: str = "key") -> RateLimit:
    return RateLimit(key, "the crew", requests)


def in_a_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Run a test on a loop of its own."""

    @functools.wraps(test)
    def run() -> None:
        asyncio.run(test())

    return run


def quiet(limit: RateLimit, seconds: float) -> None:
    """Nobody needs to know."""


def spans(times: list[float], over: int) -> list[float]:
    """From each request to the one `over` further on."""
    times = sorted(times)
    return [later - earlier for earlier, later in zip(times, times[over:], strict=False)]


def test_loops_on_several_threads_share_a_limit(monkeypatch: pytest.MonkeyPatch):
    """However many loops there are, three of two requests are a window apart."""
    limits, times, begin = RateLimits(WINDOW), list[float](), RateMeter.begin

    def noted(meter: RateMeter, place: Place, now: float) -> None:
        times.append(now)
        begin(meter, place, now)

    monkeypatch.setattr(RateMeter, "begin", noted)

    def work() -> None:
        async def two() -> None:
            await asyncio.gather(*(limits.admit([limit(2)], 1, quiet) for _ in range(2)))

        asyncio.run(two())

    threads = [threading.Thread(target=work) for _ in range(3)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(times) == 6
    assert min(spans(times, 2)) >= WINDOW


@in_a_loop
async def test_first_come_first_served():
    """Whoever waits longest is next."""
    limits, order = RateLimits(WINDOW / 4), []

    async def ask(number: int) -> None:
        await limits.admit([limit(1)], 1, quiet)
        order.append(number)

    await asyncio.gather(*(ask(number) for number in range(4)))
    assert order == [0, 1, 2, 3]


@in_a_loop
async def test_who_is_cancelled_gives_the_place_back():
    """The next one takes it, and the limit is as if nobody had asked."""
    limits = RateLimits()
    await limits.admit([limit(1)], 1, quiet)
    waiting = asyncio.create_task(limits.admit([limit(1)], 1, quiet))
    await wait_for_waiting(limits, 1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert [(use.requests, use.waiting) for use in limits.use()] == [(1, 0)]


@in_a_loop
async def test_who_waits_for_a_limit_of_its_own_does_not_hold_up_a_shared_one():
    """A crew that may ask once a minute stands in nobody's way at the model."""
    limits, own, shared = RateLimits(), limit(1, "own"), limit(2, "shared")
    await limits.admit([own, shared], 1, quiet)
    waiting = asyncio.create_task(limits.admit([own, shared], 1, quiet))
    await wait_for_waiting(limits, 1)
    await asyncio.wait_for(limits.admit([shared], 1, quiet), HANGS)
    waiting.cancel()


@in_a_loop
async def test_a_loop_that_hangs_keeps_nobody_else_waiting():
    """The first in line sits on a loop that does not turn: the second is let in by itself."""
    limits, hung, asked = RateLimits(WINDOW), threading.Event(), threading.Event()
    await limits.admit([limit(2)], 1, quiet)
    await limits.admit([limit(2)], 1, quiet)

    async def ask_and_hang() -> None:
        asyncio.get_running_loop().call_soon(asked.set)
        asyncio.get_running_loop().call_soon(hung.wait, HANGS)
        await limits.admit([limit(2)], 1, quiet)

    thread = threading.Thread(target=lambda: asyncio.run(ask_and_hang()))
    thread.start()
    assert await asyncio.to_thread(asked.wait, HANGS)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("crewlab.engine.rates.limits.AGAIN_SECONDS", 0.05)
            await asyncio.wait_for(limits.admit([limit(2)], 1, quiet), HANGS)
    finally:
        hung.set()
        thread.join()


@in_a_loop
async def test_waiting_is_told_once_with_the_time_it_takes():
    """Who waits can say for what, and for how long."""
    now, told = 0.0, []
    limits = RateLimits(WINDOW, clock=lambda: now)
    await limits.admit([limit(1)], 1, quiet)
    waiting = asyncio.create_task(
        limits.admit([limit(1)], 1, lambda which, seconds: told.append((which.what, seconds)))
    )
    await wait_for_waiting(limits, 1)
    now = WINDOW
    await asyncio.wait_for(waiting, HANGS)
    assert told == [("the crew", WINDOW)]


def test_a_thread_may_wait_too_and_stops_when_nobody_waits_for_it():
    """The call of an execution that has ended is not sent."""
    limits, over = RateLimits(), threading.Event()
    limits.admit_blocking([limit(1)], 1, quiet, lambda: False)
    failed: list[BaseException] = []

    def ask() -> None:
        with pytest.raises(ExecutionError) as caught:
            limits.admit_blocking([limit(1)], 1, quiet, over.is_set)
        failed.append(caught.value)

    thread = threading.Thread(target=ask)
    thread.start()
    wait_until(lambda: [use.waiting for use in limits.use()] == [1], "the thread to wait")
    over.set()
    thread.join(HANGS)
    assert failed
    assert [use.waiting for use in limits.use()] == [0]


@in_a_loop
async def test_a_limit_that_is_raised_lets_in_those_who_wait():
    """The newest word on a limit counts, for everybody."""
    limits = RateLimits(WINDOW * 100)
    await limits.admit([limit(1)], 1, quiet)
    waiting = asyncio.create_task(limits.admit([limit(1)], 1, quiet))
    await wait_for_waiting(limits, 1)
    await limits.admit([limit(5)], 1, quiet)
    await asyncio.wait_for(waiting, HANGS)


@in_a_loop
async def test_idle_limits_are_forgotten():
    """Each execution may have a limit of its own, and ten thousand of them leave nothing behind."""
    limits = RateLimits(0.0)
    for number in range(3 * FEW_METERS):
        await limits.admit([limit(1, f"execution {number}")], 1, quiet)
    assert len(limits._meters) <= FEW_METERS


async def wait_for_waiting(limits: RateLimits, number: int) -> None:
    """Off the loop, which goes on meanwhile."""
    await asyncio.to_thread(wait_until, lambda: sum(use.waiting for use in limits.use()) >= number, "calls to wait")
