"""Running without blocking, and hearing of events while they happen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Unpack

from crewlab.engine.following.stored_events import IDLE_SECONDS
from crewlab.engine.following.subscriptions import Subscription
from crewlab.engine.library.catalogue import Runnable
from crewlab.engine.limits import launch_options
from crewlab.executions.launch import LaunchArguments
from crewlab.lab.definitions import Document
from crewlab.lab.lab_reading import LabReading
from crewlab.lab.parts import Progress

if TYPE_CHECKING:
    from crewlab.executions.events import BaseEvent
    from crewlab.executions.execution import Execution


class LabLive(LabReading):
    """For callers with a loop of their own, and for those who want to see each step."""

    async def arun(
        self,
        definition: Runnable,
        inputs: Document | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> Execution:
        """`run` for `await`: the loop of the caller goes on meanwhile. Raises as `run` does.

        Cancelling the task that awaits it stops the execution, which becomes `interrupted` and can be resumed.
        """
        options = launch_options(**arguments)
        return await self._launching.arun(definition, inputs, options)

    async def arun_each(
        self,
        definition: Runnable,
        rows: Iterable[Document],
        *,
        name: str | None = None,
        concurrency: int | None = None,
        on_progress: Progress | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> list[Execution]:
        """`run_each` for `await`; `on_progress` is called on the loop of the caller."""
        options = launch_options(**arguments)
        return await self._launching.arun_each(definition, rows, name, concurrency, options, on_progress)

    def stream(
        self,
        definition: Runnable,
        inputs: Document | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> AsyncIterator[BaseEvent]:
        """Run once and get its events as they are stored: `async for event in lab.stream(...)`.

        The last one is the `status_changed` to its final status. Raises as `run` does, when it is called. It starts
        with the first event that is asked for; leaving the loop early stops it.
        """
        options = launch_options(**arguments)
        return self._streaming.stream(self._launching.prepare(definition, [inputs or {}], options, "foreground")[0])

    def stream_sync(
        self,
        definition: Runnable,
        inputs: Document | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> Iterator[BaseEvent]:
        """`stream` for a plain `for`, on any thread."""
        options = launch_options(**arguments)
        new = self._launching.prepare(definition, [inputs or {}], options, "foreground")[0]
        return self._streaming.stream_sync(new)

    def follow(self, execution_id: str, after_event_id: int = 0) -> Iterator[tuple[int, BaseEvent]]:
        """The events of an execution that goes on by itself, each with its id, as they are stored.

        It begins after an id, with what is stored already, and ends once the execution has come to rest (it ended, or
        waits for a person), or nobody runs it. However slow the caller is, it misses none.

        Raises:
            ExecutionNotFoundError: No execution has this id.
        """
        return self.following.follow(self.execution(execution_id).execution_id, after_event_id)

    async def afollow(self, execution_id: str, after_event_id: int = 0) -> AsyncIterator[tuple[int, BaseEvent]]:
        """`follow` for `async for`."""
        execution_id = self.execution(execution_id).execution_id
        async for page in self.following.pages(execution_id, after_event_id, IDLE_SECONDS):
            for numbered in page:
                yield numbered

    def subscribe(self, kinds: Iterable[str] | None, handler: Callable[[BaseEvent], object]) -> Subscription:
        """Call `handler` with every event of these kinds (`None`: of all) that is stored from now on.

        It runs on a thread of its own. Slow, it misses events (`.dropped` counts them); raising, it is called again
        for the next one (`.failed`, `.last_error`). It never delays or fails an execution. `.close()` ends it.

        Raises:
            InputsError: There is no such kind of event.
        """
        return self._subscriptions.add(kinds, handler)
