"""The one place where secrets are taken out of what an attempt says, before anything of it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime

from crewlab.engine.attempt import AttemptRef
from crewlab.engine.homes.home import Home, QueuePage
from crewlab.executions.events import BaseEvent
from crewlab.executions.execution import Begun, Claim, Move, NewExecution
from crewlab.executions.person import Answered, NextAttempt, ParkedTask, PersonAnswer, Question
from crewlab.executions.queue_room import QueueRoom
from crewlab.secrets.redactor import Redactor


class MaskedHome:
    """A `Home` that passes on to another one what is left after masking."""

    def __init__(self, home: Home, redactor: Redactor) -> None:
        self._home, self._redactor = home, redactor

    def claim(self, ref: AttemptRef, message: str) -> Future[Claim | None]:
        return self._home.claim(ref, message)

    def move(self, move: Move, *, is_urgent: bool = True) -> Future[bool]:
        return self._home.move(self._redactor.mask(move), is_urgent=is_urgent)

    def park(self, ref: AttemptRef, message: str) -> Future[NextAttempt | None]:
        return self._home.park(ref, message)

    def begin_child(self, execution: NewExecution, like: str | None) -> Begun:
        given = {"inputs": self._redactor.mask(execution.inputs), "options": self._redactor.mask(execution.options)}
        return self._home.begin_child(execution.model_copy(update=given), like)

    def resume_child(self, execution_id: str) -> Future[int | None]:
        return self._home.resume_child(execution_id)

    def record(self, event: BaseEvent) -> None:
        self._home.record(self._redactor.mask(event))

    def pending(self, room: QueueRoom) -> QueuePage:
        return self._home.pending(room)

    def interrupt(self, execution_ids: Sequence[str], message: str) -> Future[int]:
        return self._home.interrupt(execution_ids, message)

    def feedback(self, execution_id: str) -> list[ParkedTask]:
        return self._home.feedback(execution_id)

    def next_deadline(self) -> datetime | None:
        return self._home.next_deadline()

    def overdue(self, now: datetime) -> list[Question]:
        return self._home.overdue(now)

    def answer(self, question: Question, answer: PersonAnswer) -> Future[Answered]:
        return self._home.answer(question, self._redactor.mask(answer))
