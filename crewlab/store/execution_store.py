"""Executions and batches: queued, claimed, moved and resumed through the writer, read by everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from crewlab.executions.batch import NewBatch
from crewlab.executions.execution import Begun, Claim, Move, NewExecution, StoredTask
from crewlab.executions.person import Answered, NextAttempt, PersonAnswer
from crewlab.executions.status import IN_FLIGHT
from crewlab.executions.steps import FinishedStep
from crewlab.store.database import Database
from crewlab.store.reading.execution_reads import ExecutionReads
from crewlab.store.writing.answering import Park, TakeAnswer
from crewlab.store.writing.children import BeginChild, ResumeChild
from crewlab.store.writing.commands import Add, Interrupt, MoveStatus, Resume, SetPriority, TakeClaim
from crewlab.store.writing.writer import Writer

_INTERRUPTED_BY_DEATH = "The process that ran it ended before it did."
_LEFT_BEHIND = """
SELECT execution_id FROM executions
WHERE status IN (SELECT unnest($in_flight)) OR (status = 'pending' AND origin = 'foreground')
ORDER BY execution_id
"""


@dataclass(frozen=True)
class Recovery:
    """What an earlier process left behind."""

    interrupted: int
    """Executions that were in flight, or waited for a foreground command that is gone."""
    pending: int
    """Background executions that still wait in the queue."""


class ExecutionStore(ExecutionReads):
    """Every change is a request to the writer: its future answers when the change is durable and can be read."""

    def __init__(self, database: Database, writer: Writer) -> None:
        super().__init__(database)
        self._writer = writer

    def add(
        self,
        executions: Sequence[NewExecution],
        batch: NewBatch | None = None,
        given: Mapping[str, Sequence[StoredTask]] | None = None,
        given_steps: Mapping[str, Sequence[FinishedStep]] | None = None,
        *,
        is_urgent: bool = True,
    ) -> Future[None]:
        """Put executions into the queue as `pending`, together with their batch: all of them or none.

        `given` are tasks of forks (by the execution's id) whose outputs stand in: they are not run. Nor are the
        calls in `given_steps`, of forks of flows. What is claimed at once is not urgent: both are stored together.

        Raises:
            StoreClosedError: The store is closing.
        """
        return self._writer.submit(Add(executions, batch, given or {}, given_steps or {}, is_urgent=is_urgent))

    def claim(self, execution_id: str, attempt: int, message: str = "") -> Future[Claim | None]:
        """Take an attempt from the queue; of all who ask, one gets a claim and the others `None`.

        `message` says what `preparing` is doing.

        Raises:
            StoreClosedError: The store is closing.
        """
        return self._writer.submit(TakeClaim(execution_id, attempt, message))

    def move(self, move: Move, *, is_urgent: bool = True) -> Future[bool]:
        """Move an execution; False, and nothing changes, if that is not legal or the attempt is not the current one.

        A move to a terminal status sets the output and the error, and ends tasks that nobody ended. One that is not
        urgent may wait for company as events do.

        Raises:
            StoreClosedError: The store is closing.
        """
        return self._writer.submit(MoveStatus(move, is_urgent=is_urgent))

    def park(self, execution_id: str, attempt: int, message: str) -> Future[NextAttempt | None]:
        """Move a running execution to `waiting`; the next attempt, when a person has answered already.

        Raises:
            StoreClosedError: The store is closing.
        """
        return self._writer.submit(Park(execution_id, attempt, message))

    def answer(
        self,
        execution_id: str,
        answer: PersonAnswer,
        *,
        owner: str,
        task_name: str | None = None,
        question_id: str | None = None,
    ) -> Future[Answered]:
        """Answer the open question of an execution; `task_name` or `question_id` says which, where there are several.

        Of two answers to one question the second is refused; nothing is raised for it.

        Raises:
            StoreClosedError: The store is closing.
        """
        return self._writer.submit(TakeAnswer(execution_id, owner, answer, task_name, question_id))

    def begin_child(self, execution: NewExecution, like: str | None = None) -> Begun:
        """Add an execution that a flow runs as its step, claimed already: it never waits in the queue.

        What another execution, `like`, has finished of the same stands in for its work.

        Raises:
            StoreClosedError: The store is closing.
        """
        begin = BeginChild(execution, like)
        return Begun(begin.claim, self._writer.submit(begin))

    def resume_child(self, execution_id: str) -> Future[int | None]:
        """Queue the next attempt of a step of a flow that goes on, to be claimed by that; `None` when it still waits.

        Raises:
            StoreClosedError: The store is closing.
        """
        return self._writer.submit(ResumeChild(execution_id))

    def resume(
        self,
        execution_ids: Sequence[str],
        *,
        owner: str,
        message: str = "",
        limits: Mapping[str, Any] | None = None,
    ) -> Future[list[tuple[str, int]]]:
        """Queue the next attempt of those that failed, were cancelled or interrupted; returns them with that attempt.

        `limits` are fields of their `LaunchOptions` that change.

        Raises:
            StoreClosedError: The store is closing.
        """
        return self._writer.submit(Resume(execution_ids, owner, message, limits or {}))

    def set_priority(self, execution_ids: Sequence[str], priority: int, *, owner: str) -> Future[int]:
        """Change the priority of those that are still pending; returns how many there were.

        Raises:
            StoreClosedError: The store is closing.
        """
        return self._writer.submit(SetPriority(execution_ids, owner, priority))

    def interrupt(self, execution_ids: Sequence[str], message: str) -> Future[int]:
        """Mark executions as `interrupted` because their process is going away; returns how many there were.

        Those that have ended, or wait for a person, stay as they are.

        Raises:
            StoreClosedError: The store is closing.
        """
        return self._writer.submit(Interrupt(execution_ids, message))

    def recover(self) -> Recovery:
        """Mark what an earlier process left in flight; call it once, before anything runs.

        Background executions in the queue, and those that wait for a person, stay as they are.
        """
        in_flight = [str(status) for status in IN_FLIGHT]
        left_behind = [row[0] for row in self._database.rows(_LEFT_BEHIND, {"in_flight": in_flight})]
        interrupted = self.interrupt(left_behind, _INTERRUPTED_BY_DEATH).result() if left_behind else 0
        pending = self._database.rows("SELECT count(*) FROM executions WHERE status = 'pending'")[0][0]
        return Recovery(interrupted=interrupted, pending=int(pending))
