"""Running, stopping, resuming and waiting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Unpack

from crewlab.definitions.arguments import require_known, texts_of
from crewlab.engine.handles import ExecutionHandle
from crewlab.engine.library.catalogue import Runnable
from crewlab.engine.limits import launch_options
from crewlab.executions.launch import LaunchArguments, Limits
from crewlab.lab.definitions import Document
from crewlab.lab.parts import LabParts, Progress

if TYPE_CHECKING:
    from crewlab.executions.batch import Batch
    from crewlab.executions.cassette import CassetteInfo
    from crewlab.executions.execution import Execution


class LabRunning(LabParts):
    """Every verb on executions."""

    def run(
        self,
        definition: Runnable,
        inputs: Document | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> Execution:
        """Run once and wait for the end, or until only a person can go on; a failed execution is returned, not raised.

        Args:
            definition: A name, `name@2` for a version, an id, the path of a file, a document, or a version.
            inputs: A value for each placeholder that the document has no default for; of a flow, fields of its state.
            llm: A model, or a model profile, for all agents; `None` is as defined.
            llms: A model by the name of an agent; it wins over `llm`.
            timeout_seconds: Wall-clock limit.
            max_tokens: Input and output tokens that it may use, over all attempts; it ends `failed`, reason
                `over_budget`, right after the call that was too much, or whose tokens nobody knows.
            max_cost_usd: The same in US dollars; needs a known price for every model.
            priority: Among what is pending the highest goes first; 0 unless said.
            cassette: `Cassette.record(name)` keeps every answer, `Cassette.replay(name)` answers from there.
            judge: A model that scores the output of each task from 1 to 10.
            planning: Whether a model plans the tasks first; `None` is as defined.
            training: The id of a training whose lessons the agents follow.

        Raises:
            InvalidDefinitionError: The document has problems.
            InputsError: A placeholder has no value, or a limit cannot be kept.
        """
        options = launch_options(**arguments)
        return self._launching.run(definition, inputs, options)

    def launch(
        self,
        definition: Runnable,
        inputs: Document | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> ExecutionHandle:
        """Run once in the background. Raises as `run` does, before anything starts."""
        options = launch_options(**arguments)
        return self._launching.launch(definition, inputs, options)

    def run_each(
        self,
        definition: Runnable,
        rows: Iterable[Document],
        *,
        name: str | None = None,
        concurrency: int | None = None,
        on_progress: Progress | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> list[Execution]:
        """Run once per row and wait for all; results are in the order of the rows, failures among them.

        Ctrl-C stops what runs, keeps everything as data, and is raised again. Raises as `run` does.
        """
        options = launch_options(**arguments)
        return self._launching.run_each(definition, rows, name, concurrency, options, on_progress)

    def launch_batch(
        self,
        definition: Runnable,
        rows: Iterable[Document],
        *,
        name: str | None = None,
        concurrency: int | None = None,
        **arguments: Unpack[LaunchArguments],
    ) -> Batch:
        """Run once per row in the background. Raises as `run` does, before anything starts.

        With a `concurrency` at most so many run at a time, beside the queue: what has not begun when this process ends
        is then interrupted, and `resume_batch` goes on with it.
        """
        options = launch_options(**arguments)
        return self._launching.launch_batch(definition, rows, name, concurrency, options)

    def cassettes(self) -> list[CassetteInfo]:
        """The recordings of the data folder, by name."""
        return self.engine.cassettes.infos()

    def cancel(self, execution_id: str) -> Execution:
        """Stop an execution at once; finished tasks are kept. Raises `IllegalTransitionError` when it has ended."""
        return self._launching.cancel(execution_id)

    def cancel_batch(self, batch_id: str) -> Batch:
        """Stop every execution of a batch that has not ended."""
        return self._launching.cancel_batch(batch_id)

    def resume(
        self,
        execution_id: str,
        **limits: Unpack[Limits],
    ) -> Execution:
        """Queue the next attempt of a failed, cancelled or interrupted execution; finished tasks are not paid again.

        Limits that are given replace those it had; tokens and money count over all attempts.

        Raises:
            IllegalTransitionError: It is still going on, or has completed.
            InputsError: It has used more than its limit already.
        """
        require_known(limits, Limits)
        return self._launching.resume(execution_id, limits)

    def rerun(self, execution_id: str) -> ExecutionHandle:
        """Run the stored snapshot of an execution (document, inputs, options) once more, as a new execution.

        Raises:
            InvalidDefinitionError: It cannot run on this machine any more.
        """
        return self._repeating.rerun(execution_id)

    def fork(
        self,
        execution_id: str,
        *,
        from_task: str | None = None,
        outputs: Mapping[str, str] | None = None,
        inputs: Document | None = None,
    ) -> ExecutionHandle:
        """A new execution of the same snapshot that pays only for what changes, and says where it came from.

        Args:
            execution_id: The execution to begin from; its finished tasks are reused where they still hold.
            from_task: Run this task again, and all that read it; of a flow, this step.
            outputs: Task name to the text that stands in for its output; all that read it run again. Of a flow, steps.
            inputs: Other values for some inputs; tasks whose prompt changes run again, and all that read them. Of a
                flow, fields of the state that it begins with.

        Raises:
            InputsError: Nothing is changed, a task is unknown, or an edited output does not fit its task.
            InvalidDefinitionError: It cannot run on this machine any more.
        """
        return self._repeating.fork(execution_id, from_task, outputs, inputs)

    def retry_failures(self, batch_id: str) -> int:
        """Queue the next attempt of each failed or interrupted execution of a batch; returns how many."""
        return self._launching.retry_failures(batch_id)

    def resume_batch(self, batch_id: str, *, on_progress: Progress | None = None) -> list[Execution]:
        """Go on with what is pending or interrupted in a batch, and wait; returns all its executions by row."""
        return self._launching.resume_batch(batch_id, on_progress)

    def wait(self, execution_ids: Sequence[str], timeout: float | None = None) -> list[Execution]:
        """The executions once all have ended or wait for a person, or as they stand after `timeout` seconds.

        Raises:
            ArgumentError: They are not given as texts.
            ExecutionNotFoundError: There is no such execution.
        """
        return self._launching.wait(texts_of(execution_ids, "execution_ids"), timeout)

    def wait_batch(self, batch_id: str, timeout: float | None = None) -> Batch:
        """The batch once all its executions have ended or wait for a person, or as it stands after a time."""
        return self._launching.wait_batch(batch_id, timeout)
