"""The tasks of one attempt that a person is asked about: they wait, or go on with what the person said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crewlab.errors import NobodyAnsweredError
from crewlab.executions.execution import StoredTask
from crewlab.executions.identity import new_id
from crewlab.executions.person import ParkedTask

if TYPE_CHECKING:
    from crewlab.bridge.contract import BuiltTask, TaskOutcome
    from crewlab.engine.recorder import Recorder


class Parking:
    """Knows which tasks wait for a person (they are neither done nor running), and which have an answer."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._answered: dict[int, ParkedTask] = {}
        self.waiting: set[int] = set()

    def take_up(self, parked: Iterable[ParkedTask], done: Iterable[int]) -> list[StoredTask]:
        """Begin with what earlier attempts left; returns what was accepted meanwhile."""
        accepted, skipped = [], set(done)
        for task in parked:
            if task.task_index in skipped:
                continue
            if task.answer is None:
                self.waiting.add(task.task_index)
                self._recorder.task_still_parked(task)
            elif task.answer.decision == "accept":
                accepted.append(_as_stored(task))
            else:
                self._answered[task.task_index] = task
        return accepted

    def feedback_on(self, task: BuiltTask) -> ParkedTask | None:
        """What a person said about the last outcome of this task; `None` when it starts afresh.

        Raises:
            NobodyAnsweredError: Nobody said anything in time, and the task shall fail then.
        """
        answered = self._answered.pop(task.index, None)
        if answered is not None and answered.answer is not None and answered.answer.decision == "fail":
            raise NobodyAnsweredError(task.name, answered.timeout_seconds)
        return answered

    def park(
        self, task: BuiltTask, started_at: datetime | None, outcome: TaskOutcome, before: ParkedTask | None
    ) -> None:
        """Ask a person about an outcome, and let the task wait; `before` is the answer that led to this outcome."""
        question = task.question
        assert question is not None  # only tasks with a question are parked
        if before is not None and before.answer is not None and before.answer.by == "timeout":
            question = question.model_copy(update={"on_timeout": "accept"})  # or it would be revised for ever
        seconds, question_id = question.timeout_seconds, new_id()
        deadline = None if seconds is None else datetime.now(UTC) + timedelta(seconds=seconds)
        self._recorder.person_asked(task, outcome, question, question_id, deadline)
        self._recorder.task_parked(task, started_at, outcome, question_id)
        self.waiting.add(task.index)


def _as_stored(task: ParkedTask) -> StoredTask:
    return StoredTask(
        **task.model_dump(include={"task_index", "task_name", "agent", "attempt", "output", "output_json"})
    )
