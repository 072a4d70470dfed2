"""What people are asked, and their answers, for one owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewlab.definitions.flows.conversation import LISTEN, is_conversation
from crewlab.engine.engine import Engine
from crewlab.engine.library.catalogue import Catalogue
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

    def answer(
        self, execution_id: str, text: str, task: str | None, question_id: str | None, outcome: str | None
    ) -> Execution:
        self._engine.require_open()
        current = self._executions.get(execution_id, owner=self._owner)
        feedback = text.strip()
        self._catalogue.require_no_secrets([{"feedback": feedback}])
        meant = self._meant(current, task, question_id)
        chosen = self._chosen(meant, feedback, outcome)
        answer = PersonAnswer(decision="feedback" if feedback else "accept", text=feedback, outcome=chosen)
        asking = current.execution_id if meant is None else meant.execution_id
        answered = self._executions.answer(
            asking, answer, owner=self._owner, task_name=task, question_id=question_id
        ).result()
        if answered.refusal:
            raise _refused(answered, current, task)
        self._engine.answered(answered)
        return self._executions.get(execution_id, owner=self._owner)

    def _chosen(self, question: Question | None, text: str, outcome: str | None) -> str | None:
        """The outcome that an answer means; what is said in a conversation means none, whatever the words."""
        if question is None:
            return _chosen(None, text, outcome, is_read=False)
        document = self._executions.get(question.execution_id, owner=self._owner).document
        if text and outcome is None and is_conversation(document) and question.task_name == LISTEN:
            return None
        step = (document.get("methods") or {}).get(question.task_name) or {}
        return _chosen(question, text, outcome, is_read=bool((step.get("human_feedback") or {}).get("llm")))

    def _meant(self, execution: Execution, task: str | None, question_id: str | None) -> Question | None:
        """The open question, which may be one of what a flow runs; `None` when the store has to say what is wrong."""
        found = [
            question
            for question in self.open(execution.execution_id, None)
            if task in (None, question.task_name) and question_id in (None, question.question_id)
        ]
        if len(found) > 1 and len({question.execution_id for question in found}) > 1:
            names = ", ".join(f"{question.task_name} of {question.execution_id}" for question in found)
            raise AnswerError(f"Several tasks of this flow wait: {names}.", "Say which one you mean.")
        return found[0] if len(found) == 1 else None


def _chosen(question: Question | None, text: str, outcome: str | None, *, is_read: bool) -> str | None:
    """The outcome that an answer means, where there are outcomes to choose from; words alone may still be read.

    Raises:
        AnswerError: It is none of them, or words alone do not say which.
    """
    offered = () if question is None else question.outcomes
    said = text if outcome is None else outcome
    found = next((one for one in offered if one.casefold() == said.strip().casefold()), None)
    if found is not None or (not offered and outcome is None):
        return found
    if not said:
        return offered[0]
    if outcome is None and is_read:
        return None
    if not offered:
        raise AnswerError(f"There is no outcome {outcome!r}: none is asked for.", "Leave it out.")
    which = f"There is no outcome {outcome!r}." if outcome else "It is not said which outcome this means."
    raise AnswerError(which, f"Choose one of {', '.join(offered)}; words may go with it.")


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
