"""Tasks that a person is asked about, in one attempt after the other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crewlab.engine.attempt import AttemptRef
from crewlab.engine.engine import Engine
from crewlab.executions.events import PersonAsked, TaskCompleted, TaskFailed, TaskParked, TaskStarted
from crewlab.executions.person import ParkedTask, PersonAnswer
from crewlab.executions.status import ExecutionStatus
from tests.engine.fakes import FakeCrewAI, FakeHome, document, execution, task

MakeEngine = Callable[..., Engine]
ONE = AttemptRef("e1", 1)
ASK = {"human_input": {"prompt": "Good?"}}


def finish(engine: Engine) -> None:
    """Run the attempt until it rests."""
    watch = engine.watch(["e1"])
    engine.submit([ONE])
    assert watch.wait(60)


def parked(answer: PersonAnswer | None, index: int = 0, name: str = "a") -> ParkedTask:
    """What an earlier attempt left behind."""
    return ParkedTask(
        question_id="q",
        task_index=index,
        task_name=name,
        agent="writer",
        attempt=1,
        output="paid",
        conversation=({"role": "assistant", "content": "paid"},),
        answer=answer,
    )


def test_siblings_go_on_and_readers_wait(make_engine: MakeEngine):
    """The attempt ends waiting once everything else is done; what reads the parked task has not begun."""
    tasks = [task("a", context=[], **ASK), task("b", context=[]), task("c", context=["a"])]
    home, crewai = FakeHome(execution(document=document(*tasks, process="parallel"))), FakeCrewAI({"b": 0.01})
    finish(make_engine(home, crewai))
    assert home.status("e1") is ExecutionStatus.WAITING
    assert [event.task_name for event in home.of(TaskCompleted)] == ["b"]
    (asked,), (ended,) = home.of(PersonAsked), home.of(TaskParked)
    assert (asked.prompt, asked.output, ended.output) == ("Good?", "a done", "a done")
    assert asked.question_id == ended.question_id
    assert ended.usage.model_calls == 1
    assert "c" not in crewai.calls


def test_a_sequence_stops_at_the_question(make_engine: MakeEngine):
    """One task after the other: the next one may read this one."""
    home, crewai = FakeHome(execution(document=document(task("a", **ASK), task("b")))), FakeCrewAI()
    finish(make_engine(home, crewai))
    assert home.status("e1") is ExecutionStatus.WAITING
    assert crewai.started == ["a"]


def test_acceptance_is_free(make_engine: MakeEngine):
    """The task completes with what was paid before, at no usage, and its readers run."""
    home = FakeHome(
        execution(document=document(task("a", **ASK), task("b"))), parked=[parked(PersonAnswer(decision="accept"))]
    )
    crewai = FakeCrewAI()
    finish(make_engine(home, crewai))
    assert home.status("e1") is ExecutionStatus.COMPLETED
    first = home.of(TaskCompleted)[0]
    assert (first.task_name, first.output, first.usage.model_calls) == ("a", "paid", 0)
    assert crewai.started == ["b"]
    assert [event.task_name for event in home.of(TaskStarted)] == ["a", "b"]


def test_what_nobody_answered_is_not_asked_anew(make_engine: MakeEngine):
    """Another task's answer leaves it as it is: no call, and no second question."""
    home = FakeHome(execution(document=document(task("a", **ASK))), parked=[parked(None)])
    crewai = FakeCrewAI()
    finish(make_engine(home, crewai))
    assert home.status("e1") is ExecutionStatus.WAITING
    assert not home.of(PersonAsked)
    assert [event.output for event in home.of(TaskParked)] == ["paid"]
    assert not crewai.started


@pytest.mark.parametrize(("by", "then"), [("person", "fail"), ("timeout", "accept")])
def test_feedback_is_worked_in_and_asked_about_again(make_engine: MakeEngine, by: str, then: str):
    """One turn; feedback that stood in for an answer is given once, and what comes of it accepted at the deadline."""
    said = PersonAnswer(decision="feedback", text="Shorter.", by=by)
    home = FakeHome(execution(document=document(task("a", **ASK))), parked=[parked(said)])
    crewai = FakeCrewAI({"a": "short"})
    finish(make_engine(home, crewai))
    assert home.status("e1") is ExecutionStatus.WAITING
    (asked,) = home.of(PersonAsked)
    assert (asked.output, asked.on_timeout, crewai.started) == ("short", then, ["a"])


def test_no_answer_in_time_fails_the_task(make_engine: MakeEngine):
    """Where the task says so: without a call."""
    no_answer = PersonAnswer(decision="fail", by="timeout")
    home = FakeHome(execution(document=document(task("a", **ASK))), parked=[parked(no_answer)])
    crewai = FakeCrewAI()
    finish(make_engine(home, crewai))
    assert home.status("e1") is ExecutionStatus.FAILED
    assert home.of(TaskFailed)[0].error.type == "NobodyAnsweredError"
    assert not crewai.started
