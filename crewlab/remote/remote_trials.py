"""Trying a crew several times in the app, and having the outputs scored."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Unpack

from crewlab.engine.people.training import answered_by, training_name
from crewlab.engine.repeats import repeats
from crewlab.executions.execution import Execution
from crewlab.executions.launch import LaunchArguments
from crewlab.executions.person import Question
from crewlab.remote.remote_handle import RemoteHandle
from crewlab.remote.remote_live import RemoteLive
from crewlab.remote.remote_running import Inputs
from crewlab.remote.remote_tables import RemoteTables

if TYPE_CHECKING:
    from crewlab.analysis.quality_report import QualityReport
    from crewlab.engine.library.catalogue import Runnable


class RemoteTrials(RemoteLive, RemoteTables):
    """crewAI's `crew.test` and `crew.train`."""

    def test(
        self,
        definition: Runnable,
        inputs: Inputs | None = None,
        *,
        iterations: int = 3,
        **arguments: Unpack[LaunchArguments],
    ) -> QualityReport:
        """`Lab.test` in the app. Ctrl-C ends the waiting only. Raises as it does."""
        rows = repeats(inputs, iterations, arguments.get("judge"))
        executions = self.run_each(definition, rows, **arguments)
        return self.quality_report(str(executions[0].batch_id))

    def train(
        self,
        definition: Runnable,
        inputs: Inputs | None = None,
        *,
        feedback: Callable[[Question], str],
        iterations: int = 2,
        **arguments: Unpack[LaunchArguments],
    ) -> Execution:
        """`Lab.train` in the app."""
        self._require_unpaused()
        handle = self.launch_training(definition, inputs, iterations=iterations, **arguments)
        return answered_by(self, handle, feedback)

    def launch_training(
        self,
        definition: Runnable,
        inputs: Inputs | None = None,
        *,
        iterations: int = 2,
        **arguments: Unpack[LaunchArguments],
    ) -> RemoteHandle:
        """`Lab.launch_training` in the app."""
        body = {**self._launch_body(definition, inputs, arguments), "iterations": iterations}
        return RemoteHandle(self._connection.post("trainings", body=body)["execution_id"], self)

    def trainings(self, definition_name: str) -> list[Execution]:
        """The completed trainings of a definition, newest first."""
        return self.executions(definition=training_name(definition_name), status="completed")

    def lessons(self, execution_id: str) -> dict[str, tuple[str, ...]]:
        """Agent -> instructions that a completed training came to. Raises as `Lab.lessons` does."""
        found = self._connection.get("executions", execution_id, "lessons")
        return {agent: tuple(instructions) for agent, instructions in found.items()}
