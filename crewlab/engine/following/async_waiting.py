"""Waiting for executions to end without blocking the loop of the caller."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress

from crewlab.engine.attempt import LEFT, AttemptRef
from crewlab.engine.awaiting import result_of, waker
from crewlab.engine.engine import Engine
from crewlab.engine.following.waiting import TELL_SECONDS, Waiting
from crewlab.engine.following.watch import Watch


class AsyncWaiting:
    """What `Waiting.run_here` does, awaited."""

    def __init__(self, engine: Engine, waiting: Waiting) -> None:
        self._engine, self._waiting = engine, waiting

    async def run_here(
        self,
        refs: Sequence[AttemptRef],
        *,
        stored: Future[None],
        limit: int | None = None,
        tell: Callable[[], None] | None = None,
    ) -> None:
        """Run attempts until they have ended. Being cancelled stops them: nobody waits for the rest."""
        with self._waiting.watching_attempts(refs) as watch:
            changed = asyncio.Event()
            watch.on_change = waker(changed)
            try:
                self._engine.submit(refs, limit=limit)
                await result_of(stored)
                await self._follow(watch, changed, tell)
            except BaseException:  # raised again: nobody waits for these any more
                self._waiting.abandon(watch, LEFT)
                raise

    async def _follow(self, watch: Watch, changed: asyncio.Event, tell: Callable[[], None] | None) -> None:
        told = None
        while not self._waiting.is_over(watch):
            if tell and told != (still := len(watch.open)):
                told = still
                tell()
            with suppress(TimeoutError):
                async with asyncio.timeout(TELL_SECONDS if tell else None):
                    await changed.wait()
            changed.clear()
            if tell:  # at a pace, however fast they end
                await asyncio.sleep(TELL_SECONDS / 10)
        if tell:
            tell()
