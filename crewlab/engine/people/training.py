"""Training crews, and following what they learned, for one owner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from crewlab.definitions.kinds import kind_of
from crewlab.definitions.models import agents_of
from crewlab.definitions.training import MOST_ITERATIONS, is_training, learned, training_document
from crewlab.definitions.version import content_hash
from crewlab.engine.library.catalogue import Catalogue, Runnable, Target
from crewlab.errors import InputsError
from crewlab.executions.launch import LaunchOptions
from crewlab.executions.status import ExecutionStatus

if TYPE_CHECKING:
    from crewlab.executions.execution import Execution
    from crewlab.executions.person import Question
    from crewlab.store import Store


def training_name(definition_name: str) -> str:
    """What trainings of a definition are called in the list of executions."""
    return f"{definition_name} (training)"


class Handle(Protocol):
    """An execution that goes on by itself."""

    execution_id: str

    def wait(self) -> Execution: ...


class People(Protocol):
    """Where questions are, and answers go."""

    def waiting(self, execution_id: str | None = None) -> list[Question]: ...

    def answer(
        self, execution_id: str, text: str = "", *, task: str | None = None, question_id: str | None = None
    ) -> Execution: ...


def answered_by(people: People, handle: Handle, feedback: Callable[[Question], str]) -> Execution:
    """The execution once it has ended, `feedback` having been asked whenever it waited."""
    while (execution := handle.wait()).status is ExecutionStatus.WAITING:
        for question in people.waiting(handle.execution_id):
            people.answer(handle.execution_id, feedback(question), question_id=question.question_id)
    return execution


class Training:
    """Unrolls crews, and reads the lessons of completed trainings."""

    def __init__(self, store: Store, catalogue: Catalogue, owner: str) -> None:
        self._executions, self._catalogue, self._owner = store.executions, catalogue, owner

    def unrolled(self, definition: Runnable, iterations: int) -> Target:
        """What a training of `definition` runs.

        Raises:
            InputsError: The number of iterations makes no sense, it is a flow, or there is nobody who could learn.
            DocumentError: It is not a crew.
        """
        if isinstance(iterations, bool) or not isinstance(iterations, int) or not 1 <= iterations <= MOST_ITERATIONS:
            raise InputsError(f"{iterations!r} iterations are no training.", f"Give 1 to {MOST_ITERATIONS}.")
        target = self._catalogue.find(definition)
        if kind_of(target.document) == "flow":
            hint = "Train its crews, each by itself, and launch the flow with `training=` the id of one of them."
            raise InputsError(f"{target.name!r} is a flow: what learns is an agent of a crew.", hint)
        document = training_document(target.document, iterations)
        if not is_training(document):
            raise InputsError(f"No task of {target.name!r} names an agent, so nobody would learn.", "Name one.")
        return replace(target, document=document, content_hash=content_hash(document), name=training_name(target.name))

    def options(self, options: LaunchOptions) -> LaunchOptions:
        """The options of a training: what the tasks are is fixed, so nothing is planned.

        Raises:
            InputsError: A model should judge, too.
        """
        if options.judge is not None:
            raise InputsError("A training is judged by a person, not by a model.", "Leave the judge out.")
        return options.model_copy(update={"planning": False})

    def followed(self, options: LaunchOptions, document: Mapping[str, Any]) -> LaunchOptions:
        """The options with the lessons of the training that they name, for a launch of `document`.

        Raises:
            ExecutionNotFoundError: There is no such execution.
            InputsError: It is no training, not completed, or one of other agents.
        """
        if options.training is None:
            return options
        instructions, agents = self.lessons(options.training), agents_of(document)
        if instructions and not instructions.keys() & set(agents):
            what = f"The training {options.training} taught {', '.join(instructions)}."
            raise InputsError(what, f"Choose a training of this crew: its agents are {', '.join(agents)}.")
        return options.model_copy(update={"instructions": instructions})

    def lessons(self, execution_id: str) -> Mapping[str, tuple[str, ...]]:
        """Agent -> instructions of a completed training. Raises as `followed` does."""
        execution = self._executions.get(execution_id, owner=self._owner)
        if not is_training(execution.document):
            raise InputsError(f"The execution {execution_id} is no training.", "Train the crew first.")
        if execution.status is not ExecutionStatus.COMPLETED:
            what = f"The training {execution_id} is {execution.status.value}."
            raise InputsError(what, "Answer what waits for you, or resume it; then follow it.")
        stored = self._executions.finished_tasks(execution_id, owner=self._owner)
        outputs: dict[str, Any] = {task.task_name: task.output_json for task in stored}
        return learned(execution.document, outputs)
