"""Running in the app without blocking, and its events while they happen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Unpack

from crewlab.errors import RemoteError
from crewlab.executions.batch import Batch
from crewlab.executions.events import BaseEvent, StatusChanged
from crewlab.executions.execution import Execution
from crewlab.executions.launch import LaunchArguments
from crewlab.remote.remote_running import FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, Inputs, RemoteRunning

if TYPE_CHECKING:
    from crewlab.engine.catalogue import Runnable


class RemoteLive(RemoteRunning):
    """The app is asked again and again; the loop of the caller goes on meanwhile.

    Leaving early ends the waiting only: the app goes on with what it was given.
    """

    async def arun(
        self,
        definition: Runnable,
        inputs: Inputs | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> Execution:
        """`run` for `await`. Raises as `launch` does."""
        handle = self.launch(definition, inputs, **arguments)
        for wait in _waits():
            if (found := handle.refresh()).status.is_at_rest:
                return found
            await asyncio.sleep(wait)
        raise AssertionError("waiting has no end")

    async def arun_each(
        self,
        definition: Runnable,
        rows: Iterable[Inputs],
        *,
        name: str | None = None,
        concurrency: int | None = None,
        on_progress: Callable[[Batch], None] | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> list[Execution]:
        """`run_each` for `await`. Raises as `run_each` does."""
        if concurrency is not None:
            raise RemoteError("The app decides how many run at once.", "Leave the concurrency out, or stop the app.")
        batch, told = self.launch_batch(definition, rows, name=name, **arguments), None
        for wait in _waits():
            batch = self.batch(batch.batch_id)
            if on_progress and batch.counts != told:
                on_progress(batch)
                told = batch.counts
            if batch.at_rest == batch.size:
                break
            await asyncio.sleep(wait)
        return self._of_batch(batch.batch_id)

    async def stream(
        self,
        definition: Runnable,
        inputs: Inputs | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> AsyncIterator[BaseEvent]:
        """Run once in the app and get its events, a little after they happen."""
        execution_id, last_id, waits = (
            self.launch(definition, inputs, **arguments).execution_id,
            0,
            _waits(),
        )
        while True:
            for event_id, event in self.events(execution_id, last_id):
                last_id = event_id
                yield event
                if _is_last(event):
                    return
                waits = _waits()
            await asyncio.sleep(next(waits))

    def stream_sync(
        self,
        definition: Runnable,
        inputs: Inputs | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> Iterator[BaseEvent]:
        """`stream` for a plain `for`."""
        execution_id, last_id, waits = (
            self.launch(definition, inputs, **arguments).execution_id,
            0,
            _waits(),
        )
        while True:
            for event_id, event in self.events(execution_id, last_id):
                last_id = event_id
                yield event
                if _is_last(event):
                    return
                waits = _waits()
            time.sleep(next(waits))


def _waits() -> Iterator[float]:
    """Longer and longer, up to a limit."""
    wait = FIRST_WAIT_SECONDS
    while True:
        yield wait
        wait = min(wait * 1.5, LONGEST_WAIT_SECONDS)


def _is_last(event: BaseEvent) -> bool:
    return isinstance(event, StatusChanged) and event.status.is_at_rest
