"""The store of this process as the home of executions."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from crewlab.engine.attempt import AttemptRef
from crewlab.engine.homes.home import QueuePage
from crewlab.errors import StoreClosedError
from crewlab.executions.events import BaseEvent
from crewlab.executions.execution import Begun, Claim, Move, NewExecution
from crewlab.executions.person import Answered, NextAttempt, ParkedTask, PersonAnswer, Question
from crewlab.executions.queue_room import QueueRoom

if TYPE_CHECKING:
    from crewlab.store import Store


class InProcessHome:
    """A `Home` over an open store."""

    def __init__(self, store: Store) -> None:
        self._executions, self._events, self._questions = store.executions, store.events, store.questions

    def claim(self, ref: AttemptRef, message: str) -> Future[Claim | None]:
        return self._executions.claim(ref.execution_id, ref.attempt, message)

    def move(self, move: Move, *, is_urgent: bool = True) -> Future[bool]:
        try:
            return self._executions.move(move, is_urgent=is_urgent)
        except StoreClosedError as error:  # an attempt that ends after the store: the next start finds it in flight
            refused: Future[bool] = Future()
            refused.set_exception(error)
            return refused

    def park(self, ref: AttemptRef, message: str) -> Future[NextAttempt | None]:
        try:
            return self._executions.park(ref.execution_id, ref.attempt, message)
        except StoreClosedError as error:  # as above: what was asked is lost, and asked again by a resume
            refused: Future[NextAttempt | None] = Future()
            refused.set_exception(error)
            return refused

    def begin_child(self, execution: NewExecution, like: str | None) -> Begun:
        return self._executions.begin_child(execution, like)

    def resume_child(self, execution_id: str) -> Future[int | None]:
        return self._executions.resume_child(execution_id)

    def record(self, event: BaseEvent) -> None:
        with suppress(StoreClosedError):  # from a thread that was given up before the store was closed
            self._events.append((event,))

    def pending(self, room: QueueRoom) -> QueuePage:
        count = self._executions.count_pending(background_only=True)  # first: too many does no harm, too few would
        rows = self._executions.pending(room, background_only=True)
        refs = [AttemptRef(row.execution_id, row.attempt, row.owner, row.batch_id, row.dedicated) for row in rows]
        return QueuePage(refs, count - len(refs))

    def interrupt(self, execution_ids: Sequence[str], message: str) -> Future[int]:
        return self._executions.interrupt(execution_ids, message)

    def feedback(self, execution_id: str) -> list[ParkedTask]:
        return self._questions.feedback(execution_id)

    def next_deadline(self) -> datetime | None:
        return self._questions.next_deadline()

    def overdue(self, now: datetime) -> list[Question]:
        return self._questions.overdue(now)

    def answer(self, question: Question, answer: PersonAnswer) -> Future[Answered]:
        return self._executions.answer(
            question.execution_id, answer, owner=question.owner, question_id=question.question_id
        )
