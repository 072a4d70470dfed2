"""Stored events as they come, for whoever did not start what they belong to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from crewlab.engine.engine import Engine
from crewlab.engine.following.bell import Bells, Topic
from crewlab.executions.batch import Batch
from crewlab.executions.events import BaseEvent, StatusChanged
from crewlab.executions.execution import Execution

if TYPE_CHECKING:
    from crewlab.store import Store

PAGE = 200
"""Events that are read at once: all that a reader holds, however slow it is."""
PACE_SECONDS = 0.05
"""The least time between two looks into the store of one reader: news that come faster are read together."""
IDLE_SECONDS = 15.0
"""How long nothing may come before a reader looks again, or is told that the connection lives."""

Numbered = tuple[int, BaseEvent]
T = TypeVar("T")


class Following:
    """What is stored is the source: a reader misses nothing, whenever it comes and however slow it is."""

    def __init__(self, store: Store, engine: Engine, owner: str) -> None:
        self._store, self._engine, self._owner = store, engine, owner
        self._bells = Bells(lambda hear: store.events.listen(hear, owner=owner))
        self._wakes: set[Callable[[], None]] = set()
        self.is_closed = False
        """Whether readers were sent away before the end of what they read."""

    # -- events --------------------------------------------------------------------------------------------------

    def events(self, execution_id: str, after: int) -> list[Numbered]:
        """Those that are stored, at most a thousand after an id."""
        whole = self._is_flow(execution_id)
        return self._store.events.read(execution_id, owner=self._owner, after_event_id=after, with_parts=whole)

    def follow(self, execution_id: str, after: int) -> Iterator[Numbered]:
        """The events of an execution, on any thread, until it has come to rest or nobody runs it. Blocks.

        Those of everything that a flow runs are among them.
        """
        heard, whole = threading.Event(), self._is_flow(execution_id)
        with self._waking(None if whole else execution_id, heard.set):
            while True:
                heard.clear()
                page = self._read(execution_id, after, whole)
                yield from page
                after = page[-1][0] if page else after
                if len(page) < PAGE:
                    if self._is_over(execution_id):
                        yield from self._read(execution_id, after, whole)  # stored between the two looks
                        return
                    heard.wait()

    async def pages(self, execution_id: str, after: int, idle_seconds: float) -> AsyncGenerator[list[Numbered]]:
        """`follow` in pages, for a loop that must not be blocked; an empty page when nothing came for so long."""
        may_be_over, whole = True, await asyncio.to_thread(self._is_flow, execution_id)
        with self._bells.listening(Topic(None if whole else execution_id)) as heard:
            while not self.is_closed:
                heard.clear()
                page = await asyncio.to_thread(self._read, execution_id, after, whole)
                if page:
                    after, may_be_over = page[-1][0], may_be_over or _is_end(page[-1][1])
                    yield page
                if len(page) == PAGE:
                    continue
                if may_be_over and await asyncio.to_thread(self._is_over, execution_id):
                    if rest := await asyncio.to_thread(self._read, execution_id, after, whole):
                        yield rest
                    return
                may_be_over = not await _heard(heard, idle_seconds)
                if may_be_over:
                    yield []

    async def all_pages(
        self, kinds: Collection[str] | None, after: int, idle_seconds: float
    ) -> AsyncGenerator[list[Numbered]]:
        """The events of all executions after an id, without an end; empty pages as in `pages`."""
        with self._bells.listening(Topic(None)) as heard:
            while not self.is_closed:
                heard.clear()
                page = await asyncio.to_thread(
                    self._store.events.read_all, owner=self._owner, after_event_id=after, kinds=kinds, limit=PAGE
                )
                if page:
                    after = page[-1][0]
                    yield page
                if len(page) < PAGE and not await _heard(heard, idle_seconds):
                    yield []

    def _read(self, execution_id: str, after: int, whole: bool) -> list[Numbered]:
        return self._store.events.read(
            execution_id, owner=self._owner, after_event_id=after, limit=PAGE, with_parts=whole
        )

    def _is_flow(self, execution_id: str) -> bool:
        """Whether the events of what it runs belong to its own."""
        found = self._store.executions.find_all([execution_id], owner=self._owner)
        return any(execution.kind == "flow" for execution in found)

    def _is_over(self, execution_id: str) -> bool:
        is_taken = bool(self._engine.taken([execution_id]))  # before reading: what ends in between is then not missed
        execution = self._execution(execution_id)
        if execution.root_execution_id is not None and not is_taken:  # a step runs where its flow does
            is_taken = bool(self._engine.taken([execution.root_execution_id]))
            execution = self._execution(execution_id)
        return self.is_closed or execution.status.is_at_rest or not is_taken

    # -- ends ----------------------------------------------------------------------------------------------------

    async def until_at_rest(self, execution_id: str, timeout_seconds: float) -> Execution:
        """An execution once it has come to rest, or as it stands after a time."""
        topic = Topic(execution_id, status_only=True)
        return await self._until(
            topic, lambda: self._execution(execution_id), lambda one: one.status.is_at_rest, timeout_seconds
        )

    async def until_further(self, batch_id: str, at_rest: int, timeout_seconds: float) -> Batch:
        """A batch once more than `at_rest` of its executions rest, or all; or as it stands after a time."""
        return await self._until(
            Topic(None, status_only=True),
            lambda: self._store.executions.batch(batch_id, owner=self._owner),
            lambda batch: batch.at_rest > at_rest or batch.at_rest == batch.size,
            timeout_seconds,
        )

    async def _until(
        self, topic: Topic, read: Callable[[], T], is_enough: Callable[[T], bool], timeout_seconds: float
    ) -> T:
        with self._bells.listening(topic) as heard:
            found = await asyncio.to_thread(read)
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout_seconds):
                    while not is_enough(found) and not self.is_closed:
                        await heard.wait()
                        heard.clear()
                        found = await asyncio.to_thread(read)
                        await asyncio.sleep(PACE_SECONDS)
        return found

    def _execution(self, execution_id: str) -> Execution:
        return self._store.executions.get(execution_id, owner=self._owner)

    # -- waking --------------------------------------------------------------------------------------------------

    @contextmanager
    def _waking(self, execution_id: str | None, wake: Callable[[], None]) -> Iterator[None]:
        def hear(rows: Sequence[Sequence[Any]]) -> None:
            if execution_id is None or any(row[1] == execution_id for row in rows):
                wake()

        leave = self._store.events.listen(hear, owner=self._owner)
        self._wakes.add(wake)
        try:
            yield
        finally:
            leave()
            self._wakes.discard(wake)

    def close(self) -> None:
        """Let everybody go. Idempotent."""
        self.is_closed = True
        self._bells.ring()
        for wake in list(self._wakes):
            wake()


async def _heard(heard: asyncio.Event, idle_seconds: float) -> bool:
    """Whether there was news within the time."""
    await asyncio.sleep(PACE_SECONDS)
    with suppress(TimeoutError):
        async with asyncio.timeout(idle_seconds):
            await heard.wait()
    return heard.is_set()


def _is_end(event: BaseEvent) -> bool:
    return isinstance(event, StatusChanged) and event.status.is_at_rest
