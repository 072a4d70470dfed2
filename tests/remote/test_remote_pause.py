"""A paused pool, seen by somebody who waits in another process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from crewlab.errors import PoolPausedError
from crewlab.lab import Lab
from crewlab.remote import RemoteLab
from tests.acceptance import crews

TEA = {"topic": "tea"}
CREW = crews.chain({"model": "rehearsal/plain"}, "first")


async def _first(stream: AsyncIterator[Any]) -> Any:
    return await anext(stream)


@pytest.mark.parametrize(
    "waiting",
    [
        lambda lab: lab.run(CREW, TEA),
        lambda lab: lab.run_each(CREW, [TEA]),
        lambda lab: lab.test(CREW, TEA, judge="rehearsal/plain"),
        lambda lab: lab.train(CREW, TEA, feedback=lambda question: ""),
        lambda lab: next(iter(lab.stream_sync(CREW, TEA))),
        lambda lab: asyncio.run(lab.arun(CREW, TEA)),
        lambda lab: asyncio.run(lab.arun_each(CREW, [TEA])),
        lambda lab: asyncio.run(_first(lab.stream(CREW, TEA))),
    ],
)
def test_who_would_wait_is_told_that_nothing_starts(lab: Lab, remote: RemoteLab, waiting: Callable[[Any], Any]) -> None:
    """As by the lab itself, and nothing is launched; only what goes to the background is taken."""
    lab.pause()
    for where in (lab, remote):
        with pytest.raises(PoolPausedError, match="unpause"):
            waiting(where)
    assert not lab.executions()
    handle = remote.launch(CREW, TEA)
    lab.unpause()
    assert handle.wait(60).status == "completed"
