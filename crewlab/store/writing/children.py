"""Executions that a flow runs as its steps: begun and gone on with inside its own attempt, and ended with it."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

from crewlab.executions.execution import Claim, NewExecution, StoredTask
from crewlab.executions.launch import LaunchOptions
from crewlab.executions.status import IN_FLIGHT, ExecutionStatus
from crewlab.executions.steps import FinishedStep, begun_steps
from crewlab.store.reading.finished_tasks import finished_tasks
from crewlab.store.reading.histories import histories
from crewlab.store.reading.records import claim_of
from crewlab.store.text import parse_json
from crewlab.store.writing import rows_of_launches
from crewlab.store.writing.commands import Command, Resume
from crewlab.store.writing.execution_state import ExecutionState

if TYPE_CHECKING:
    from datetime import datetime

    from crewlab.store.writing.round import Round

_WORK = "SELECT root_execution_id, content_hash, inputs, options FROM executions WHERE execution_id = ?"
_RESTING = """
WITH RECURSIVE parts AS (
    SELECT execution_id, status FROM executions WHERE parent_execution_id = $id
    UNION ALL
    SELECT e.execution_id, e.status FROM executions e JOIN parts p ON e.parent_execution_id = p.execution_id
)
SELECT execution_id FROM parts WHERE status IN ('waiting', 'pending')
"""


class BeginChild(Command[Claim]):
    """Add an execution and claim it at once: it has its place within its parent's, and never waits in the queue.

    What `like` (an earlier child that nobody took note of) has finished stands in for its work.
    """

    def __init__(self, execution: NewExecution, like: str | None) -> None:
        super().__init__()
        self.execution_ids = (execution.parent_execution_id or "",)
        self._execution, self._like = execution, like
        self.claim: Future[Claim] = Future()
        """What `answer` will be, before it is durable."""
        self.answer.add_done_callback(self._settle)

    def _settle(self, answer: Future[Claim]) -> None:
        """Whoever asks for a claim that never came about is told why."""
        if not self.claim.done() and (error := answer.exception()) is not None:
            self.claim.set_exception(error)

    def apply(self, rows: Round) -> Claim:
        claim = self._begin(rows)
        if not self.claim.done():  # a transaction that is tried again
            self.claim.set_result(claim)
        return claim

    def _begin(self, rows: Round) -> Claim:
        new = self._execution
        like = self._like if self._is_same_work(rows) else None
        rows_of_launches.add(rows, [new], None, {new.execution_id: _tasks_of(like, rows)}, self.at)
        rows_of_launches.give_steps(rows, {new.execution_id: _steps_of(like, rows)})
        state = rows.states.get(new.execution_id)
        assert state is not None  # it has just been added
        rows.move(state, ExecutionStatus.PREPARING, self.at, "")
        return claim_of(state, rows.states.document_of(state))

    def _is_same_work(self, rows: Round) -> bool:
        """Whether what was begun is what is to be done now: in a fork it may be given something else."""
        if self._like is None:
            return False
        root_id, content_hash, inputs, options = rows.cursor.execute(_WORK, [self._like]).fetchall()[0]
        if root_id == self._execution.root_execution_id:
            return True
        context = LaunchOptions.model_validate_json(options).context
        begun = (content_hash, parse_json(inputs), context)
        return begun == (self._execution.content_hash, self._execution.inputs, self._execution.options.context)


def _tasks_of(like: str | None, rows: Round) -> list[StoredTask]:
    if like is None:
        return []
    found = finished_tasks(rows.cursor, [like]).get(like, [])
    return [task.model_copy(update={"execution_id": task.execution_id or like}) for task in found]


def _steps_of(like: str | None, rows: Round) -> list[FinishedStep]:
    """Calls that are over, and those that are not, but that something was finished for."""
    if like is None:
        return []
    history = histories(rows.cursor, [like])[like]
    over = [step.model_copy(update={"execution_id": step.execution_id or like}) for step in history.finished]
    return [*over, *begun_steps(history.children, like)]


class ResumeChild(Command[int | None]):
    """The next attempt of a child whose parent goes on; `None` while only a person can go on with it."""

    def __init__(self, execution_id: str) -> None:
        super().__init__()
        self.execution_ids = (execution_id,)
        self._execution_id = execution_id

    def apply(self, rows: Round) -> int | None:
        state = rows.states.get(self._execution_id)
        if state is None:
            return None
        if state.status is ExecutionStatus.PENDING:  # an answer has queued it
            if (flow := rows.states.get(state.parent_id or "")) is not None:
                flow.answered_parts.discard(state.execution_id)
            return state.attempt
        if state.status in IN_FLIGHT:  # nobody runs it: only its flow would, which has just begun to look
            rows.move(state, ExecutionStatus.INTERRUPTED, self.at, "left behind by an earlier attempt of its flow")
        resume = Resume([self._execution_id], str(state.fixed["owner"]), "resumed with its flow", {})
        moved = resume.apply(rows)
        return moved[0][1] if moved else None


def end_parts(state: ExecutionState, rows: Round, at: datetime) -> None:
    """Nothing inside a flow that has ended waits for anybody."""
    if state.fixed["kind"] != "flow":
        return
    found = {row[0] for row in rows.cursor.execute(_RESTING, {"id": state.execution_id}).fetchall()}
    rows.states.load(rows.cursor, found)
    found |= rows.states.resting_parts_of(state)  # those that came to rest in this very transaction
    for execution_id in sorted(found):
        part = rows.states.get(execution_id)
        if part is not None and part.may_become(ExecutionStatus.CANCELLED, part.attempt):
            rows.move(part, ExecutionStatus.CANCELLED, at, f"its flow is {state.status.value}")
