"""The events of an execution that a caller runs here, as they are stored."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from crewlab.engine.attempt import LEFT, AttemptRef
from crewlab.engine.awaiting import waker
from crewlab.engine.engine import Engine
from crewlab.engine.following.waiting import Waiting
from crewlab.executions.events import BaseEvent, StatusChanged
from crewlab.executions.execution import NewExecution

if TYPE_CHECKING:
    from crewlab.store import Store


class Streaming:
    """Runs executions and hands out their events. What is stored is the source: a slow reader misses none."""

    def __init__(self, store: Store, engine: Engine, waiting: Waiting, owner: str) -> None:
        self._store, self._engine, self._waiting, self._owner = store, engine, waiting, owner

    async def stream(self, new: NewExecution) -> AsyncIterator[BaseEvent]:
        """For `async for`. Leaving it early stops the execution: nobody waits for the rest."""
        heard = asyncio.Event()
        with self._feed(new, waker(heard)) as feed:
            while not feed.has_ended:
                heard.clear()
                for event in feed.take():
                    yield event
                if not feed.has_ended and not feed.has_more:
                    await heard.wait()

    def stream_sync(self, new: NewExecution) -> Iterator[BaseEvent]:
        """For `for`, on any thread."""
        heard = threading.Event()
        with self._feed(new, heard.set) as feed:
            while not feed.has_ended:
                heard.clear()
                yield from feed.take()
                if not feed.has_ended and not feed.has_more:
                    heard.wait()

    def _feed(self, new: NewExecution, wake: Callable[[], None]) -> Feed:
        return Feed(self._store, self._engine, self._waiting, self._owner, new, wake)


class Feed:
    """Runs one execution while it is entered; `wake` is called, from any thread, when there may be news."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        waiting: Waiting,
        owner: str,
        new: NewExecution,
        wake: Callable[[], None],
    ) -> None:
        self._store, self._engine, self._waiting, self._owner = store, engine, waiting, owner
        self._new, self._wake, self._is_flow = new, wake, new.kind == "flow"
        self._last_id = 0
        self._open = ExitStack()
        self.has_ended = False
        self.has_more = True

    def __enter__(self) -> Self:
        execution_id = self._new.execution_id
        with ExitStack() as entered:
            self._watch = entered.enter_context(self._waiting.watching([execution_id]))
            self._watch.on_change = self._wake
            entered.callback(self._store.events.listen(self._hear, owner=self._owner))
            self._stored = self._store.executions.add([self._new], is_urgent=False)
            self._engine.submit([AttemptRef.of(self._new)])
            self._open = entered.pop_all()
        self._stored.add_done_callback(lambda _: self._wake())
        return self

    def __exit__(self, *_: object) -> None:
        if not self.has_ended:
            self._waiting.abandon(self._watch, LEFT)
        self._open.close()

    def _hear(self, rows: Sequence[Any]) -> None:
        if self._is_flow or any(row[1] == self._new.execution_id for row in rows):
            self._wake()

    def take(self) -> Iterator[BaseEvent]:
        """The events that were stored since the last time.

        Raises:
            StoreError: The execution could not be stored.
            EngineClosedError: The lab was closed meanwhile.
        """
        if self._stored.done():
            self._stored.result()
        rests = not self._watch.open  # before reading: what is stored until then is then in this page or an earlier one
        execution_id = self._new.execution_id
        page = self._store.events.read(
            execution_id, owner=self._owner, after_event_id=self._last_id, with_parts=self._is_flow
        )
        self.has_more = bool(page)
        if not page:
            self.has_ended = self._waiting.is_over(self._watch) and rests  # it waits for a person
        for event_id, event in page:
            self._last_id = event_id
            is_own = event.execution_id == execution_id
            self.has_ended = is_own and isinstance(event, StatusChanged) and event.status.is_terminal
            yield event
