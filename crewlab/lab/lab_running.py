"""Running, stopping, resuming and waiting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from crewlab.engine.catalogue import Runnable
from crewlab.engine.handles import ExecutionHandle
from crewlab.lab.parts import Document, LabParts, Progress

if TYPE_CHECKING:
    from crewlab.bridge.contract import Llm
    from crewlab.executions.batch import Batch
    from crewlab.executions.execution import Execution


class LabRunning(LabParts):
    """Every verb on executions."""

    def run(
        self,
        definition: Runnable,
        inputs: Document | None = None,
        *,
        llm: Llm | None = None,
        timeout_seconds: float | None = None,
    ) -> Execution:
        """Run once and wait for the end; a failed execution is returned, not raised.

        Args:
            definition: A name, an id, the path of a file, a document, or a version.
            inputs: A value for each placeholder that the document has no default for.
            llm: A model for all agents; `None` is as defined.
            timeout_seconds: Wall-clock limit.

        Raises:
            InvalidDefinitionError: The document has problems.
            InputsError: A placeholder has no value.
        """
        return self._launching.run(definition, inputs, llm, timeout_seconds)

    def launch(
        self,
        definition: Runnable,
        inputs: Document | None = None,
        *,
        llm: Llm | None = None,
        timeout_seconds: float | None = None,
    ) -> ExecutionHandle:
        """Run once in the background. Raises as `run` does, before anything starts."""
        return self._launching.launch(definition, inputs, llm, timeout_seconds)

    def run_each(
        self,
        definition: Runnable,
        rows: Iterable[Document],
        *,
        name: str | None = None,
        concurrency: int | None = None,
        llm: Llm | None = None,
        timeout_seconds: float | None = None,
        on_progress: Progress | None = None,
    ) -> list[Execution]:
        """Run once per row and wait for all; results are in the order of the rows, failures among them.

        Ctrl-C stops what runs, keeps everything as data, and is raised again. Raises as `run` does.
        """
        return self._launching.run_each(definition, rows, name, concurrency, llm, timeout_seconds, on_progress)

    def launch_batch(
        self,
        definition: Runnable,
        rows: Iterable[Document],
        *,
        name: str | None = None,
        llm: Llm | None = None,
        timeout_seconds: float | None = None,
    ) -> Batch:
        """Run once per row in the background. Raises as `run` does, before anything starts."""
        return self._launching.launch_batch(definition, rows, name, llm, timeout_seconds)

    def cancel(self, execution_id: str) -> Execution:
        """Stop an execution at once; finished tasks are kept. Raises `IllegalTransitionError` when it has ended."""
        return self._launching.cancel(execution_id)

    def cancel_batch(self, batch_id: str) -> Batch:
        """Stop every execution of a batch that has not ended."""
        return self._launching.cancel_batch(batch_id)

    def resume(self, execution_id: str) -> Execution:
        """Queue the next attempt of a failed, cancelled or interrupted execution; finished tasks are not paid again.

        Raises:
            IllegalTransitionError: It is still going on, or has completed.
        """
        return self._launching.resume(execution_id)

    def retry_failures(self, batch_id: str) -> int:
        """Queue the next attempt of each failed or interrupted execution of a batch; returns how many."""
        return self._launching.retry_failures(batch_id)

    def resume_batch(self, batch_id: str, *, on_progress: Progress | None = None) -> list[Execution]:
        """Go on with what is pending or interrupted in a batch, and wait; returns all its executions by row."""
        return self._launching.resume_batch(batch_id, on_progress)

    def wait(self, execution_ids: Sequence[str], timeout: float | None = None) -> list[Execution]:
        """The executions once all have ended, or as they stand after `timeout` seconds."""
        return self._launching.wait(execution_ids, timeout)

    def wait_batch(self, batch_id: str, timeout: float | None = None) -> Batch:
        """The batch once all its executions have ended, or as it stands after `timeout` seconds."""
        return self._launching.wait_batch(batch_id, timeout)
