"""What the writer does about people: an attempt that ends to wait for one, and the answers that come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewlab.executions.events import PersonAnswered
from crewlab.executions.person import Answered, Heard, NextAttempt, ParkedTask, PersonAnswer, Refusal
from crewlab.executions.status import ExecutionStatus
from crewlab.store.writing.commands import Command

if TYPE_CHECKING:
    from crewlab.store.writing.execution_state import ExecutionState
    from crewlab.store.writing.round import Round

_TAKES_ANSWERS = frozenset(
    {ExecutionStatus.PENDING, ExecutionStatus.PREPARING, ExecutionStatus.RUNNING, ExecutionStatus.WAITING}
)


class Park(Command[NextAttempt | None]):
    """End an attempt that can only wait; it goes on at once when an answer came while it was running."""

    def __init__(self, execution_id: str, attempt: int, message: str) -> None:
        super().__init__()
        self.execution_ids = (execution_id,)
        self._execution_id, self._attempt, self._message = execution_id, attempt, message

    def apply(self, rows: Round) -> NextAttempt | None:
        state = rows.states.get(self._execution_id)
        if state is None or state.attempt != self._attempt:
            return None
        if state.status is ExecutionStatus.CANCELLING:
            rows.move(state, ExecutionStatus.CANCELLED, self.at, "cancelled on request")
        elif state.may_become(ExecutionStatus.WAITING, self._attempt):
            rows.move(state, ExecutionStatus.WAITING, self.at, self._message)
            if state.answered_parts or any(task.answer is not None for task in state.parked.values()):
                rows.move(state, ExecutionStatus.PENDING, self.at, "answered while other tasks were running")
                return _next(state)
        return None


class TakeAnswer(Command[Answered]):
    """Keep an answer to an open question, and queue the next attempt when the execution waits for one."""

    def __init__(
        self, execution_id: str, owner: str, answer: PersonAnswer, task_name: str | None, question_id: str | None
    ) -> None:
        super().__init__()
        self.execution_ids = (execution_id,)
        self._execution_id, self._owner, self._answer = execution_id, owner, answer
        self._task_name, self._question_id = task_name, question_id

    def apply(self, rows: Round) -> Answered:
        state = rows.states.get(self._execution_id)
        if state is None or state.fixed["owner"] != self._owner:
            return Answered("unknown")
        if state.status not in _TAKES_ANSWERS:
            return Answered("over")
        waiting = [task for task in state.parked.values() if task.answer is None]
        names = tuple(task.task_name for task in waiting)
        meant = [task for task in waiting if self._means(task)]
        if len(meant) != 1:
            return Answered(self._refusal(state, waiting), names)
        self._keep(meant[0], state, rows)
        task = meant[0].model_copy(update={"answer": self._answer})
        launched_id = str(state.fixed["root_execution_id"] or state.execution_id)
        heard = Heard(launched_id, state.execution_id, task)
        if state.status is not ExecutionStatus.WAITING:
            return Answered(open_tasks=names, heard=heard)
        queued = self._wake(state, task.task_name, rows)
        if queued[-1] is not rows.states.get(launched_id):
            return Answered(open_tasks=names, heard=heard._replace(queued=tuple(one.execution_id for one in queued)))
        return Answered(open_tasks=names, next=_next(queued[-1]))

    def _wake(self, state: ExecutionState, task_name: str, rows: Round) -> list[ExecutionState]:
        """Let it go on, and the flows that wait for it, up to one that runs anyway; those that are queued now."""
        message = f"answered by {self._answer.by}: {task_name}"
        rows.move(state, ExecutionStatus.PENDING, self.at, message)
        queued = [state]
        for flow in rows.states.ancestors_of(state):
            if flow.status is not ExecutionStatus.WAITING:
                flow.answered_parts.add(queued[-1].execution_id)
                break
            step = queued[-1].fixed["parent_step"]
            rows.move(flow, ExecutionStatus.PENDING, self.at, f"{message}, in step {step}")
            queued.append(flow)
        return queued

    def _means(self, task: ParkedTask) -> bool:
        return self._task_name in (None, task.task_name) and self._question_id in (None, task.question_id)

    def _refusal(self, state: ExecutionState, waiting: list[ParkedTask]) -> Refusal:
        if self._question_id is not None:
            return "answered"
        if self._task_name is None and waiting:
            return "which"
        asked = {task.task_name for task in state.parked.values()}
        return "answered" if self._task_name is None or self._task_name in asked else "unknown"

    def _keep(self, task: ParkedTask, state: ExecutionState, rows: Round) -> None:
        said = {"accept": "accepted", "feedback": "feedback", "fail": "no answer"}[self._answer.decision]
        rows.record(
            PersonAnswered(
                execution_id=state.execution_id,
                attempt=state.attempt,
                occurred_at=self.at,
                task_name=task.task_name,
                agent=task.agent,
                message=f"{task.task_name}: {said} by {self._answer.by}",
                task_index=task.task_index,
                question_id=task.question_id,
                **self._answer.model_dump(),
            )
        )


def _next(state: ExecutionState) -> NextAttempt:
    fixed = state.fixed
    return NextAttempt(
        state.execution_id, state.attempt, fixed["origin"], fixed["owner"], fixed["batch_id"], fixed["dedicated"]
    )
