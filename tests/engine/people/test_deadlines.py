"""Questions that nobody answers, with a clock that the test holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from crewlab.engine.people.deadlines import Deadlines
from crewlab.executions.person import NextAttempt, Question
from crewlab.executions.status import ExecutionStatus
from tests.conftest import wait_until
from tests.engine.fakes import FakeHome

START = datetime(2026, 1, 1, tzinfo=UTC)


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home() -> FakeHome:
    return FakeHome()


@pytest.fixture
def queued() -> list[NextAttempt]:
    """What the answers queued."""
    return []


@pytest.fixture
def deadlines(home: FakeHome, clock: Clock, queued: list[NextAttempt]) -> Iterator[Deadlines]:
    made = Deadlines(home, lambda answered: answered.next and queued.append(answered.next), clock)
    yield made
    made.close(2.0)


def question(name: str, seconds: float | None, **fields: object) -> Question:
    """A question of an execution that waits."""
    values = {
        "question_id": name,
        "execution_id": name,
        "owner": "local",
        "definition_name": "crew",
        "status": ExecutionStatus.WAITING,
        "task_index": 0,
        "task_name": "write",
        "agent": "writer",
        "output": "done",
        "asked_at": START,
        "deadline": None if seconds is None else START + timedelta(seconds=seconds),
    }
    return Question.model_validate({**values, **fields})


def test_a_deadline_that_is_over_is_kept_when_it_begins(
    home: FakeHome, deadlines: Deadlines, queued: list[NextAttempt]
):
    """What came due while no process was there is answered as the task says; what is not due waits."""
    home.questions = [
        question("old", -5, on_timeout="feedback", feedback="Go on."),
        question("new", 5),
        question("any", None),
    ]
    deadlines.serve()
    wait_until(lambda: len(queued) == 1, "the old one")
    (answer,) = home.answers
    assert (answer.decision, answer.text, answer.by) == ("feedback", "Go on.", "timeout")
    assert [one.question_id for one in home.questions] == ["new", "any"]


def test_a_deadline_comes_with_the_clock(home: FakeHome, deadlines: Deadlines, clock: Clock, queued: list[NextAttempt]):
    """A question asked later is seen after `look`, and answered once its time is over, not before."""
    deadlines.serve()
    home.questions = [question("one", 30, on_timeout="accept")]
    deadlines.look()
    assert not home.answers
    clock.now += timedelta(seconds=31)
    deadlines.look()
    wait_until(lambda: [one.execution_id for one in queued] == ["one"], "its answer")
    assert home.answers[0].decision == "accept"


def test_the_end_of_the_thread(home: FakeHome, deadlines: Deadlines):
    """Nothing is answered after `close`, and nothing before `serve`."""
    home.questions = [question("one", -1)]
    deadlines.look()
    deadlines.close(1.0)
    deadlines.serve()
    assert not home.answers
