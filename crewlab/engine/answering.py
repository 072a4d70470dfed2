"""What people are asked, and their answers, for one owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewlab.engine.catalogue import Catalogue
from crewlab.engine.engine import Engine
from crewlab.errors import AnswerError
from crewlab.executions.execution import Execution
from crewlab.executions.person import Answered, PersonAnswer, Question

if TYPE_CHECKING:
    from crewlab.store import Store


class Answering:
    """Reads open questions, and takes each answer once."""

    def __init__(self, store: Store, engine: Engine, catalogue: Catalogue, owner: str) -> None:
        self._executions, self._questions = store.executions, store.questions
        self._engine, self._catalogue, self._owner = engine, catalogue, owner

    def open(self, execution_id: str | None, limit: int | None) -> list[Question]:
        return self._questions.open(owner=self._owner, execution_id=execution_id, limit=limit)

    def count(self) -> int:
        return self._questions.count(owner=self._owner)

    def answer(self, execution_id: str, text: str, task: str | None, question_id: str | None) -> Execution:
        self._engine.require_open()
        current = self._executions.get(execution_id, owner=self._owner)
        feedback = text.strip()
        self._catalogue.require_no_secrets([{"feedback": feedback}])
        answer = PersonAnswer(decision="feedback" if feedback else "accept", text=feedback)
        answered = self._executions.answer(
            current.execution_id, answer, owner=self._owner, task_name=task, question_id=question_id
        ).result()
        if answered.refusal:
            raise _refused(answered, current, task)
        if answered.next is not None:
            self._engine.go_on(answered.next)
        return self._executions.get(execution_id, owner=self._owner)


def _refused(answered: Answered, execution: Execution, task: str | None) -> AnswerError:
    which = f"execution {execution.execution_id}"
    if answered.refusal == "over":
        what = f"The {which} is {execution.status.value}: it waits for nobody."
        return AnswerError(what, "Resume it to be asked again, if it did not complete.")
    names = ", ".join(answered.open_tasks)
    if answered.refusal == "which":
        return AnswerError(f"Several tasks of {which} wait: {names}.", "Say which one you mean.")
    if answered.refusal == "unknown":
        hint = f"What waits: {names}." if names else "Nothing of it does."
        return AnswerError(f"No task {task!r} of {which} waits for a person.", hint)
    what = f"Nothing of {which} waits for an answer" if not names else f"That question of {which} is closed"
    return AnswerError(f"{what}: somebody, or its deadline, may have answered it first.", "Reload to see what came.")
