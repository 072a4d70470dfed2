"""Running, stopping, resuming and waiting, in the app."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from crewlab.definitions.arguments import texts_of
from crewlab.executions.batch import Batch
from crewlab.executions.cassette import CassetteInfo
from crewlab.executions.engine_state import require_unpaused
from crewlab.executions.execution import Execution
from crewlab.executions.launch import LaunchArguments, Limits
from crewlab.remote.long_waits import Deadline, Progress
from crewlab.remote.records import records
from crewlab.remote.remote_events import RemoteEvents
from crewlab.remote.remote_handle import RemoteHandle
from crewlab.remote.runnable import arguments_json, inputs_json, runnable_json

if TYPE_CHECKING:
    from crewlab.engine.library.catalogue import Runnable

Inputs = Mapping[str, Any]


class RemoteRunning(RemoteEvents):
    """Every verb on executions. What is launched here runs in the app: it goes on when this process ends."""

    def launch(
        self,
        definition: Runnable,
        inputs: Inputs | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> RemoteHandle:
        """Run once in the app, in the background.

        Raises:
            InvalidDefinitionError: The document has problems.
            InputsError: A placeholder has no value.
        """
        body = self._launch_body(definition, inputs, arguments)
        return RemoteHandle(self._connection.post("executions", body=body)["execution_id"], self)

    def run(
        self,
        definition: Runnable,
        inputs: Inputs | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> Execution:
        """Run once in the app and wait for the end. Ctrl-C ends the waiting only: the app goes on.

        Raises as `launch` does, and:

        Raises:
            PoolPausedError: The pool of the app is paused; the waiting would have no end.
        """
        self._require_unpaused()
        return self.launch(definition, inputs, **arguments).wait()

    def launch_batch(
        self,
        definition: Runnable,
        rows: Iterable[Inputs],
        *,
        name: str | None = None,
        concurrency: int | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> Batch:
        """Run once per row in the app, in the background, at most `concurrency` at a time. Raises as `launch` does."""
        body = self._batch_body(definition, rows, name, concurrency, arguments)
        return Batch.model_validate(self._connection.post("batches", body=body))

    def run_each(
        self,
        definition: Runnable,
        rows: Iterable[Inputs],
        *,
        name: str | None = None,
        concurrency: int | None = None,
        on_progress: Callable[[Batch], None] | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> list[Execution]:
        """Run once per row in the app and wait for all; results are in the order of the rows.

        Ctrl-C ends the waiting only: the app goes on. Raises as `run` does.
        """
        self._require_unpaused()
        batch = self.launch_batch(definition, rows, name=name, concurrency=concurrency, **arguments)
        self._wait_batch(batch, None, on_progress)
        return self._of_batch(batch.batch_id)

    def _require_unpaused(self) -> None:
        """Whoever waits here is told at once that nothing starts; what is launched to the background waits itself."""
        require_unpaused(is_paused=self._connection.get("engine")["is_paused"])

    @staticmethod
    def _launch_body(definition: Runnable, inputs: Inputs | None, arguments: LaunchArguments) -> dict[str, Any]:
        return {**runnable_json(definition), "inputs": inputs_json(inputs), **arguments_json(arguments)}

    @staticmethod
    def _batch_body(
        definition: Runnable,
        rows: Iterable[Inputs],
        name: str | None,
        concurrency: int | None,
        arguments: LaunchArguments,
    ) -> dict[str, Any]:
        asked = {"rows": [inputs_json(row) for row in rows], "name": name, "concurrency": concurrency}
        return {**runnable_json(definition), **asked, **arguments_json(arguments)}

    def cassettes(self) -> list[CassetteInfo]:
        """The recordings of the app's data folder, by name."""
        return records(CassetteInfo, self._connection.get("cassettes"))

    def cancel(self, execution_id: str) -> Execution:
        """Stop an execution at once. Raises `IllegalTransitionError` when it has ended."""
        return Execution.model_validate(self._connection.post("executions", execution_id, "cancel"))

    def resume(
        self,
        execution_id: str,
        **limits: Unpack[Limits],
    ) -> Execution:
        """Queue the next attempt, with other limits if they are given. Raises as `Lab.resume` does."""
        return Execution.model_validate(self._connection.post("executions", execution_id, "resume", body=dict(limits)))

    def rerun(self, execution_id: str) -> RemoteHandle:
        """Run the snapshot of an execution once more, as a new execution in the app."""
        return RemoteHandle(self._connection.post("executions", execution_id, "rerun")["execution_id"], self)

    def fork(
        self,
        execution_id: str,
        *,
        from_task: str | None = None,
        outputs: Mapping[str, str] | None = None,
        inputs: Inputs | None = None,
    ) -> RemoteHandle:
        """A new execution in the app that pays only for what changes. Raises as `Lab.fork` does."""
        body = {"from_task": from_task, "outputs": outputs, "inputs": inputs_json(inputs)}
        return RemoteHandle(self._connection.post("executions", execution_id, "fork", body=body)["execution_id"], self)

    def answer(
        self,
        execution_id: str,
        text: str = "",
        *,
        task: str | None = None,
        question_id: str | None = None,
        outcome: str | None = None,
    ) -> Execution:
        """Answer a question of `waiting()`: no text accepts. Raises as `Lab.answer` does."""
        body = {"text": text, "task": task, "question_id": question_id, "outcome": outcome}
        return Execution.model_validate(self._connection.post("executions", execution_id, "answer", body=body))

    def cancel_batch(self, batch_id: str) -> Batch:
        """Stop every execution of a batch that has not ended."""
        return Batch.model_validate(self._connection.post("batches", batch_id, "cancel"))

    def retry_failures(self, batch_id: str) -> int:
        """Queue the next attempt of each failed or interrupted execution of a batch; returns how many."""
        return int(self._connection.post("batches", batch_id, "retry")["count"])

    def resume_batch(self, batch_id: str, *, on_progress: Callable[[Batch], None] | None = None) -> list[Execution]:
        """Go on with what was interrupted in a batch and wait for all of it; returns its executions by row."""
        self._require_unpaused()
        for execution in self.executions(batch_id=batch_id, status="interrupted"):
            self.resume(execution.execution_id)
        self._wait_batch(self.batch(batch_id), None, on_progress)
        return self._of_batch(batch_id)

    def wait(self, execution_ids: Sequence[str], timeout: float | None = None) -> list[Execution]:
        """The executions once all have ended or wait for a person, or as they stand. Raises as `Lab.wait` does."""
        deadline = Deadline(timeout)
        return [self._wait_one(execution_id, deadline) for execution_id in texts_of(execution_ids, "execution_ids")]

    def wait_batch(self, batch_id: str, timeout: float | None = None) -> Batch:
        """The batch once all its executions have ended or wait for a person, or as it stands after a time."""
        return self._wait_batch(self.batch(batch_id), timeout, None)

    def _of_batch(self, batch_id: str) -> list[Execution]:
        return self.executions(batch_id=batch_id, sort="row_number", descending=False)

    def _wait_one(self, execution_id: str, deadline: Deadline) -> Execution:
        while True:
            wait = deadline.next_wait()
            found = Execution.model_validate(self._connection.get("executions", execution_id, wait_seconds=wait))
            if found.status.is_at_rest or not wait:
                return found

    def _wait_batch(self, batch: Batch, timeout: float | None, on_progress: Callable[[Batch], None] | None) -> Batch:
        deadline, progress = Deadline(timeout), Progress(on_progress)
        progress.tell(batch)
        while batch.at_rest < batch.size and (wait := deadline.next_wait()):
            asked = {"at_rest": progress.at_rest, "wait_seconds": wait}
            batch = progress.tell(Batch.model_validate(self._connection.get("batches", batch.batch_id, **asked)))
        return batch
