"""What waits for a person, and what they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewlab.lab.parts import LabParts

if TYPE_CHECKING:
    from crewlab.executions.execution import Execution
    from crewlab.executions.person import Question


class LabPeople(LabParts):
    """A person in the loop."""

    def waiting(self, execution_id: str | None = None, *, limit: int | None = None) -> list[Question]:
        """The questions that are open, of all executions or of one, the oldest first."""
        return self._answering.open(execution_id, limit)

    def count_waiting(self) -> int:
        """How many questions are open."""
        return self._answering.count()

    def answer(
        self,
        execution_id: str,
        text: str = "",
        *,
        task: str | None = None,
        question_id: str | None = None,
        outcome: str | None = None,
    ) -> Execution:
        """Answer a question of `waiting()`: no text accepts the output, a text is feedback that the agent works in.

        The execution goes on with its next attempt once nothing of it is running: finished tasks are reused,
        acceptance makes no model call, feedback pays for the turn alone and is followed by the same question.

        Args:
            execution_id: The execution that waits, or the flow that runs it.
            text: The feedback, or nothing.
            task: Which task is meant, where several wait.
            question_id: Answer this very question: should it be closed by now, a newer one is not answered instead.
            outcome: Which of the `outcomes` of the question is chosen, where a step of a flow asks; saying nothing
                at all chooses the first one. The text goes with it; alone it will do where the step names a model that
                reads the outcome out of it.

        Raises:
            AnswerError: There is no such question (any more), or `task` is needed.
            ExecutionNotFoundError: There is no such execution.
            InputsError: The text holds a stored secret.
        """
        return self._answering.answer(execution_id, text, task, question_id, outcome)
