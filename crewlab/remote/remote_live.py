"""Running in the app without blocking, and its events while they happen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Unpack

from crewlab.executions.batch import Batch
from crewlab.executions.engine_state import require_unpaused
from crewlab.executions.events import BaseEvent
from crewlab.executions.execution import Execution
from crewlab.executions.launch import LaunchArguments
from crewlab.remote.connection import AsyncConnection
from crewlab.remote.long_waits import Deadline, Progress
from crewlab.remote.records import records
from crewlab.remote.remote_running import Inputs, RemoteRunning

if TYPE_CHECKING:
    from crewlab.engine.library.catalogue import Runnable


class RemoteLive(RemoteRunning):
    """The loop of the caller goes on meanwhile.

    Leaving early ends the waiting only: the app goes on with what it was given.
    """

    async def arun(
        self,
        definition: Runnable,
        inputs: Inputs | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> Execution:
        """`run` for `await`. Raises as `run` does."""
        body = self._launch_body(definition, inputs, arguments)
        async with self._connection.on_this_loop() as app:
            await _require_unpaused(app)
            execution_id = (await app.post("executions", body=body))["execution_id"]
            while True:
                asked = {"wait_seconds": Deadline(None).next_wait()}
                found = Execution.model_validate(await app.get("executions", execution_id, **asked))
                if found.status.is_at_rest:
                    return found

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
        """`run_each` for `await`; `on_progress` is called on the loop of the caller. Raises as `run_each` does."""
        body = self._batch_body(definition, rows, name, concurrency, arguments)
        async with self._connection.on_this_loop() as app:
            await _require_unpaused(app)
            batch = Batch.model_validate(await app.post("batches", body=body))
            await _at_rest(app, batch, Progress(on_progress))
            asked = {"batch_id": batch.batch_id, "sort": "row_number", "descending": False}
            return records(Execution, await app.get("executions", **asked))

    async def stream(
        self,
        definition: Runnable,
        inputs: Inputs | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> AsyncIterator[BaseEvent]:
        """Run once in the app and get its events as they happen. Raises as `run` does."""
        body = self._launch_body(definition, inputs, arguments)
        async with self._connection.on_this_loop() as app:
            await _require_unpaused(app)
            execution_id = (await app.post("executions", body=body))["execution_id"]
        async for _, event in self.afollow(execution_id):
            yield event

    def stream_sync(
        self,
        definition: Runnable,
        inputs: Inputs | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> Iterator[BaseEvent]:
        """`stream` for a plain `for`."""
        self._require_unpaused()
        for _, event in self.follow(self.launch(definition, inputs, **arguments).execution_id):
            yield event


async def _require_unpaused(app: AsyncConnection) -> None:
    require_unpaused(is_paused=(await app.get("engine"))["is_paused"])


async def _at_rest(app: AsyncConnection, batch: Batch, progress: Progress) -> None:
    progress.tell(batch)
    while batch.at_rest < batch.size:
        asked = {"at_rest": progress.at_rest, "wait_seconds": Deadline(None).next_wait()}
        batch = progress.tell(Batch.model_validate(await app.get("batches", batch.batch_id, **asked)))
