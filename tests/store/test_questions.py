"""Questions to people: asked, answered once, kept over attempts and restarts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import PersonAnswered, PersonAsked, TaskCompleted, TaskFailed
from crewlab.executions.execution import Move
from crewlab.executions.person import PersonAnswer
from crewlab.executions.status import ExecutionStatus
from crewlab.store import Store
from tests.factories import OWNER, model_error, running_execution, start, waiting_execution

ACCEPT = PersonAnswer(decision="accept")
CONVERSATION = ({"role": "user", "content": "Do it"}, {"role": "assistant", "content": "A draft."})


def answer(store: Store, execution_id: str, given: PersonAnswer = ACCEPT, **which: str):
    return store.executions.answer(execution_id, given, owner=OWNER, **which).result()


def claim(store: Store, execution_id: str, attempt: int):
    found = store.executions.claim(execution_id, attempt).result()
    assert found is not None
    return found


def test_a_question_is_read_as_it_was_asked(store: Store):
    """With the execution that it belongs to, for its owner alone."""
    deadline = datetime(2099, 1, 1, tzinfo=UTC)
    waiting = waiting_execution(store, output_json={"a": 1}, prompt="Good?", deadline=deadline, on_timeout="accept")
    (question,) = store.questions.open(owner=OWNER)
    assert (question.execution_id, question.status, question.output_json) == (waiting.execution_id, "waiting", {"a": 1})
    assert (question.prompt, question.deadline, question.on_timeout) == ("Good?", deadline, "accept")
    assert store.questions.open(owner="somebody else") == []
    assert store.questions.count(owner=OWNER) == 1
    assert answer(store, waiting.execution_id)[0] == ""


def test_an_answer_queues_the_next_attempt_once(store: Store):
    """The claim brings what was parked and what was said; a second answer changes nothing."""
    waiting = waiting_execution(store, conversation=CONVERSATION)
    said = PersonAnswer(decision="feedback", text="Shorter.")
    first = answer(store, waiting.execution_id, said)
    assert first.next is not None
    assert (first.next.attempt, first.next.origin) == (2, "background")
    assert answer(store, waiting.execution_id).refusal == "answered"
    (parked,) = claim(store, waiting.execution_id, 2).parked_tasks
    assert (parked.answer, parked.attempt, parked.output) == (said, 1, "A draft.")
    assert parked.conversation == CONVERSATION
    events = [event for _, event in store.events.read(waiting.execution_id, owner=OWNER)]
    assert [event.text for event in events if isinstance(event, PersonAnswered)] == ["Shorter."]
    assert [event.sequence for event in events if event.attempt == 1] == list(range(1, 9))


@pytest.mark.parametrize("cut", ["nothing", "a restart"])
def test_what_is_parked_is_in_the_claim_until_the_task_is_done(store: Store, data, cut: str):
    """Also after other attempts, also in another process; a completed task is not asked about again."""
    waiting = waiting_execution(store)
    answer(store, waiting.execution_id)
    if cut == "a restart":
        store.close()
        store = Store.open(data)
    assert [task.task_name for task in claim(store, waiting.execution_id, 2).parked_tasks] == ["research"]
    end = {"execution_id": waiting.execution_id, "attempt": 2}
    store.executions.move(Move(**end, status=ExecutionStatus.RUNNING)).result()
    store.events.append([TaskCompleted(**end, task_name="research", task_index=0, output="A draft.")])
    store.executions.move(Move(**end, status=ExecutionStatus.FAILED)).result()
    store.executions.resume([waiting.execution_id], owner=OWNER).result()
    last = claim(store, waiting.execution_id, 3)
    assert last.parked_tasks == ()
    assert [task.task_name for task in last.finished_tasks] == ["research"]
    store.close()


def test_an_answer_while_it_runs_goes_on_when_it_parks(store: Store):
    """The attempt that ends to wait becomes the next attempt in the same step; without an answer it rests."""
    waiting = waiting_execution(store)
    answer(store, waiting.execution_id)
    start(store, waiting.execution_id, 2)
    second = store.executions.park(waiting.execution_id, 2, "again").result()
    assert second is not None
    assert second.attempt == 3
    assert store.executions.park(waiting.execution_id, 2, "late").result() is None
    other = waiting_execution(store)
    assert store.executions.get(other.execution_id, owner=OWNER).status == "waiting"


def test_a_question_outlives_the_process_that_was_still_busy(store: Store, data):
    """A sibling was running when it died: the execution is interrupted, and a resume has the answer so far."""
    execution = running_execution(store)
    whose = {"execution_id": execution.execution_id, "task_name": "research", "agent": "analyst", "task_index": 0}
    store.events.append([PersonAsked(**whose, question_id="q", output="A draft.")])
    store.close()
    store = Store.open(data)
    store.executions.recover()
    assert store.questions.open(owner=OWNER) == []
    store.executions.resume([execution.execution_id], owner=OWNER).result()
    assert [task.output for task in claim(store, execution.execution_id, 2).parked_tasks] == ["A draft."]
    assert [question.status for question in store.questions.open(owner=OWNER)] == ["preparing"]
    store.close()


def test_parking_what_was_asked_to_stop_ends_it(store: Store):
    """Cancel wins over waiting."""
    execution = running_execution(store)
    store.executions.move(
        Move(execution_id=execution.execution_id, attempt=1, status=ExecutionStatus.CANCELLING)
    ).result()
    assert store.executions.park(execution.execution_id, 1, "a person is asked").result() is None
    assert store.executions.get(execution.execution_id, owner=OWNER).status == "cancelled"


def test_refusals_say_why(store: Store):
    """Somebody else's, one that is over, a task that asked nothing."""
    waiting = waiting_execution(store)
    assert answer(store, waiting.execution_id, task_name="other").refusal == "unknown"
    assert answer(store, waiting.execution_id, question_id="old").refusal == "answered"
    stranger = store.executions.answer(waiting.execution_id, ACCEPT, owner="somebody else").result()
    assert stranger.refusal == "unknown"
    store.executions.move(Move(execution_id=waiting.execution_id, attempt=1, status=ExecutionStatus.CANCELLED)).result()
    assert answer(store, waiting.execution_id).refusal == "over"


def test_deadlines_are_those_of_what_waits(store: Store):
    """Overdue are open questions only; a resume gives a question its whole time again, also one that failed for it."""
    now = datetime.now(UTC)
    late = waiting_execution(store, deadline=now - timedelta(seconds=1), timeout_seconds=60.0)
    waiting_execution(store)
    assert store.questions.next_deadline() == now - timedelta(seconds=1)
    (question,) = store.questions.overdue(now)
    assert question.execution_id == late.execution_id
    answer(store, late.execution_id, question.on_deadline, question_id=question.question_id)
    assert store.questions.next_deadline() is None
    start(store, late.execution_id, 2)
    end = {"execution_id": late.execution_id, "attempt": 2}
    store.events.append(
        [TaskFailed(**end, task_name="research", task_index=0, error=ErrorReport.from_exception(model_error()))]
    )
    store.executions.move(Move(**end, status=ExecutionStatus.FAILED)).result()
    store.executions.resume([late.execution_id], owner=OWNER).result()
    again = store.questions.open(owner=OWNER, execution_id=late.execution_id)[0]
    assert again.question_id == question.question_id
    assert again.deadline is not None
    assert again.deadline > now + timedelta(seconds=50)
    assert claim(store, late.execution_id, 3).parked_tasks[0].answer is None


def test_waiting_is_no_duration(store: Store):
    """The clock of the execution stands while a person thinks."""
    waiting = waiting_execution(store)
    first = store.executions.get(waiting.execution_id, owner=OWNER).duration_seconds
    assert first is not None
    assert store.executions.get(waiting.execution_id, owner=OWNER).duration_seconds == first
    tasks = store.frames.read("tasks", owner=OWNER).to_pylist()
    assert [task["status"] for task in tasks] == ["waiting"]
    assert store.frames.read("batches", owner=OWNER).num_rows == 0
