"""What the engine needs of the place where executions live."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import NamedTuple, Protocol

from crewlab.engine.attempt import AttemptRef
from crewlab.executions.events import BaseEvent
from crewlab.executions.execution import Begun, Claim, Move, NewExecution
from crewlab.executions.person import Answered, NextAttempt, ParkedTask, PersonAnswer, Question
from crewlab.executions.queue_room import QueueRoom


class QueuePage(NamedTuple):
    """The next attempts of the queue."""

    refs: list[AttemptRef]
    left: int
    """How many more are pending, for which there was no room."""


class Home(Protocol):
    """Where attempts are claimed, their events go, and the queue is. Every method is safe from any thread."""

    def claim(self, ref: AttemptRef, message: str) -> Future[Claim | None]:
        """Win the attempt (it becomes `preparing`), or `None` when somebody else has it or it is not pending."""
        ...

    def move(self, move: Move, *, is_urgent: bool = True) -> Future[bool]:
        """Move the attempt to another status; false when that is not legal any more.

        One that nobody waits for is not urgent: it may be kept with what follows it.
        """
        ...

    def park(self, ref: AttemptRef, message: str) -> Future[NextAttempt | None]:
        """Move the attempt to `waiting`; the next attempt, when a person has answered already."""
        ...

    def begin_child(self, execution: NewExecution, like: str | None) -> Begun:
        """Add what a flow runs as a step, claimed; what `like`, another one, has finished of it stands in."""
        ...

    def resume_child(self, execution_id: str) -> Future[int | None]:
        """Queue the next attempt of a step of a flow that goes on, to be claimed; `None` when it still waits."""
        ...

    def record(self, event: BaseEvent) -> None:
        """Keep an event. Returns at once; order is kept."""
        ...

    def pending(self, room: QueueRoom) -> QueuePage:
        """The next attempts of the background queue that there is room for, in a fair order."""
        ...

    def interrupt(self, execution_ids: Sequence[str], message: str) -> Future[int]:
        """Mark executions that have not ended as interrupted."""
        ...

    def feedback(self, execution_id: str) -> list[ParkedTask]:
        """What people have sent back in this execution so far, the oldest first."""
        ...

    def next_deadline(self) -> datetime | None:
        """The first deadline of all questions of executions that wait for a person."""
        ...

    def overdue(self, now: datetime) -> list[Question]:
        """The open questions whose deadline is over."""
        ...

    def answer(self, question: Question, answer: PersonAnswer) -> Future[Answered]:
        """Answer an open question; what it queued, if anything."""
        ...
