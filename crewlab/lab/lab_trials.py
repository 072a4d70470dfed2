"""Talking to it, and trying it several times: scored by a model, or judged by a person whose words agents learn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Unpack

from crewlab.engine.handles import ExecutionHandle
from crewlab.engine.library.catalogue import Runnable
from crewlab.engine.limits import launch_options
from crewlab.engine.people.chats import Chat
from crewlab.engine.people.conversations import Conversation, chat_with
from crewlab.engine.people.training import answered_by, training_name
from crewlab.engine.repeats import repeats
from crewlab.executions.launch import LaunchArguments
from crewlab.lab.definitions import Document
from crewlab.lab.lab_people import LabPeople
from crewlab.lab.lab_running import LabRunning
from crewlab.lab.lab_tables import LabTables

if TYPE_CHECKING:
    from crewlab.analysis.quality_report import QualityReport
    from crewlab.executions.execution import Execution
    from crewlab.executions.person import Question


class LabTrials(LabRunning, LabPeople, LabTables):
    """crewAI's `crew.test` and `crew.train`, and conversations."""

    def chat(
        self, definition: str, inputs: Document | None = None, *, execution_id: str | None = None
    ) -> Chat | Conversation:
        """Talk: `chat.say("...").text`. About a crew of yours, on its `chat_llm`; or to a flow with `conversational`.

        Such a flow may be given fields of its state to begin with, or goes on with the conversation `execution_id`.

        Raises:
            DefinitionNotFoundError: There is no such definition.
            DocumentError: The crew has no `chat_llm`.
            ExecutionNotFoundError: There is no such execution.
            InputsError: The flow holds no conversation, or the execution is none with it.
        """
        return chat_with(self, self.definitions.version(definition), inputs, execution_id)

    def test(
        self,
        definition: Runnable,
        inputs: Document | None = None,
        *,
        iterations: int = 3,
        **arguments: Unpack[LaunchArguments],
    ) -> QualityReport:
        """Run `iterations` times at once, let the model `judge` score each output, and wait.

        Each run is an execution of one batch. Raises as `run_each` does, and:

        Raises:
            InputsError: There is no judge, or less than one iteration.
        """
        rows = repeats(inputs, iterations, arguments.get("judge"))
        executions = self.run_each(definition, rows, **arguments)
        return self.quality_report(str(executions[0].batch_id))

    def train(
        self,
        definition: Runnable,
        inputs: Document | None = None,
        *,
        feedback: Callable[[Question], str],
        iterations: int = 2,
        **arguments: Unpack[LaunchArguments],
    ) -> Execution:
        """Train a crew, `feedback` being asked about each output; an empty answer accepts it. Waits for the end.

        What the agents learned is followed by launches with `training=` the id of the execution that is returned.
        Raises as `launch_training` does, `PoolPausedError` as `run` does, and whatever `feedback` raises: the training
        waits, to be answered later.
        """
        self.engine.require_unpaused()
        handle = self.launch_training(definition, inputs, iterations=iterations, **arguments)
        return answered_by(self, handle, feedback)

    def launch_training(
        self,
        definition: Runnable,
        inputs: Document | None = None,
        *,
        iterations: int = 2,
        **arguments: Unpack[LaunchArguments],
    ) -> ExecutionHandle:
        """Begin a training in the background: one execution, whose tasks run `iterations` times, one after the other.

        After each task it waits for `answer`: what is said improves the output once, and is told to the agent in its
        later tasks. In the end each agent's model sums up what to do from now on: the *lessons*. Raises as `launch`
        does, and:

        Raises:
            InputsError: The number of iterations is not 1 to 20.
        """
        return self._launching.launch_training(definition, inputs, iterations, launch_options(**arguments))

    def trainings(self, definition_name: str) -> list[Execution]:
        """The completed trainings of a definition, newest first."""
        return self.executions(definition=training_name(definition_name), status="completed")

    def lessons(self, execution_id: str) -> dict[str, tuple[str, ...]]:
        """Agent -> instructions that a completed training came to.

        Raises:
            ExecutionNotFoundError: There is no such execution.
            InputsError: It is no training, or not completed.
        """
        return dict(self._launching.lessons(execution_id))
