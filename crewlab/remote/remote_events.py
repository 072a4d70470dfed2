"""Events of the running app while they happen, over connections that may be cut."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any

from crewlab.errors import AppUnreachableError
from crewlab.executions.events import BaseEvent
from crewlab.remote.messages import Position
from crewlab.remote.remote_records import RemoteRecords
from crewlab.remote.remote_subscription import ENDED, RemoteSubscription

NO_CONTENT = 204


class RemoteEvents(RemoteRecords):
    """A cut loses nothing and doubles nothing: the app is asked to go on after the last event that came."""

    _subscriptions: list[RemoteSubscription]

    def follow(self, execution_id: str, after_event_id: int = 0) -> Iterator[tuple[int, BaseEvent]]:
        """The events of an execution that goes on by itself, each with its id, until it has come to rest.

        However slow the caller is, it misses none. Raises `ExecutionNotFoundError`, and:

        Raises:
            AppUnreachableError: The app is gone.
        """
        position = Position(after_event_id)
        while not position.is_over:
            try:
                with self._connection.stream("executions", execution_id, "events", headers=position.headers) as answer:
                    position.is_over = answer.status_code == NO_CONTENT
                    for part in answer.iter_bytes():
                        yield from position.feed(part)
                wait = 0.0 if position.is_over else position.cut(ENDED)
            except AppUnreachableError as error:
                wait = position.cut(error)
            time.sleep(wait)

    async def afollow(self, execution_id: str, after_event_id: int = 0) -> AsyncIterator[tuple[int, BaseEvent]]:
        """`follow` for `async for`."""
        position = Position(after_event_id)
        async with self._connection.on_this_loop() as app:
            while not position.is_over:
                try:
                    async with app.stream("executions", execution_id, "events", headers=position.headers) as answer:
                        position.is_over = answer.status_code == NO_CONTENT
                        async for part in answer.aiter_bytes():
                            for numbered in position.feed(part):
                                yield numbered
                    wait = 0.0 if position.is_over else position.cut(ENDED)
                except AppUnreachableError as error:
                    wait = position.cut(error)
                await asyncio.sleep(wait)

    def subscribe(self, kinds: Iterable[str] | None, handler: Callable[[BaseEvent], object]) -> RemoteSubscription:
        """Call `handler` with every event of these kinds (`None`: of all) that the app stores from now on.

        It runs on a thread of its own. Slow, it hears of them later, and misses none; raising, it is called again for
        the next one (`.failed`, `.last_error`). It never delays or fails an execution. `.close()` ends it.

        Raises:
            InputsError: There is no such kind of event.
        """
        chosen: Any = None if kinds is None else ",".join([kinds] if isinstance(kinds, str) else kinds)
        subscription = RemoteSubscription(self._connection, chosen, handler)
        self._subscriptions.append(subscription)
        return subscription
