"""Flows in the store: their steps, what they write, and the executions that they run."""

from __future__ import annotations

import threading
from typing import Any

from crewlab.errors import GuardrailError, StoreError
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import PersonAsked, StepFailed, StepInput, StepParked, StepStarted, TaskParked
from crewlab.executions.execution import Move, NewExecution
from crewlab.executions.person import PersonAnswer
from crewlab.executions.queue_room import QueueRoom
from crewlab.executions.status import ExecutionStatus as S
from crewlab.executions.steps import FinishedStep, OpenChild
from crewlab.store import Store
from crewlab.store.writing.commands import Call
from tests.factories import OWNER, Work, child_of, run_to_end, running_flow, step_events, task_events

ROOM = QueueRoom(shared=10, dedicated=10)


def _record(store: Store, events: list[Any]) -> None:
    store.events.append(events)
    assert store.events.flush(60)


def _named(execution_id: str, step: str, **fields: Any) -> dict[str, Any]:
    return {"execution_id": execution_id, "step": step, "task_name": step, "step_kind": "crew", **fields}


def _move(store: Store, execution: NewExecution, status: S, attempt: int = 1) -> bool:
    return store.executions.move(Move(execution_id=execution.execution_id, attempt=attempt, status=status)).result()


def test_steps_come_back_as_they_were_told(store: Store):
    """Trigger, inputs with their sources, output and what was written: all of it is read back."""
    flow = running_flow(store)
    events = step_events(flow.execution_id, "seed", output={"rows": [1, None]}, writes={"best": {"a": 1}})
    events[0] = events[0].model_copy(update={"inputs": (StepInput(name="topic", value="tea", source="${state.x}"),)})
    _record(store, events)
    (step,) = store.steps.find(flow.execution_id, owner=OWNER)
    assert (step.step, step.kind, step.status, step.trigger) == ("seed", "expression", "completed", ("before",))
    assert (step.output, step.inputs[0].source) == ({"rows": [1, None]}, "${state.x}")
    (write,) = store.steps.state_writes(flow.execution_id, owner=OWNER)
    assert (write.step, write.field, write.before, write.after) == ("seed", "best", None, {"a": 1})
    assert store.steps.state(flow.execution_id, owner=OWNER) == {"best": {"a": 1}}
    read = store.executions.get(flow.execution_id, owner=OWNER)
    assert (read.kind, read.tasks_done, read.current_task) == ("flow", 1, None)


def test_a_child_is_claimed_when_it_is_added(store: Store):
    """It never waits in the queue, and lists show what was launched; its flow finds it."""
    flow = running_flow(store)
    claim = store.executions.begin_child(child_of(flow, "research")).stored.result()
    assert claim.execution.status is S.PREPARING
    assert claim.execution.document["tasks"]
    assert store.executions.pending(ROOM, background_only=False) == []
    assert [one.execution_id for one in store.executions.find(owner=OWNER)] == [flow.execution_id]
    (child,) = store.executions.find(owner=OWNER, parent=flow.execution_id)
    assert (child.parent_step, child.tree_id) == ("research", flow.execution_id)
    assert store.executions.count(owner=OWNER) == 1
    assert store.frames.read("executions", owner=OWNER).num_rows == 1


def test_what_a_child_uses_is_in_its_flow_and_in_its_step(store: Store):
    """The totals of a flow include its children's, at any depth; the step shows its share."""
    flow = running_flow(store)
    nested = store.executions.begin_child(child_of(flow, "side", kind="flow")).stored.result().execution
    crew = store.executions.begin_child(child_of(nested, "work")).stored.result().execution
    _record(store, [StepStarted(**_named(flow.execution_id, "side", child_execution_id=nested.execution_id))])
    assert _move(store, crew, S.RUNNING)
    run_to_end(store, crew, [Work("research", input_tokens=70, model_calls=1)])
    total = store.executions.get(flow.execution_id, owner=OWNER)
    assert (total.usage.input_tokens, total.usage.model_calls) == (70, 1)
    assert store.executions.get(nested.execution_id, owner=OWNER).usage == total.usage
    (step,) = store.steps.find(flow.execution_id, owner=OWNER)
    assert step.usage.input_tokens == 70


def test_the_next_attempt_knows_what_is_over_and_what_is_open(store: Store):
    """Calls that completed, or failed into a route, in the order of their ends with their writes; open children too."""
    flow = running_flow(store)
    child = store.executions.begin_child(child_of(flow, "research")).stored.result().execution
    error = ErrorReport.from_exception(GuardrailError("No.", ""))
    id_ = flow.execution_id
    _record(store, [
        StepStarted(**_named(id_, "research", child_execution_id=child.execution_id)),
        *step_events(id_, "seed", writes={"best": 7}),
        StepFailed(**_named(id_, "broken", error=error, outcome="repair")),
        StepFailed(**_named(id_, "fatal", error=error)),
    ])  # fmt: skip
    assert _move(store, flow, S.INTERRUPTED)
    store.executions.resume([id_], owner=OWNER).result()
    claim = store.executions.claim(id_, 2).result()
    assert claim is not None
    assert claim.flow.finished == (
        FinishedStep(step="seed", call_number=1, attempt=1, output="done", writes={"best": 7}),
        FinishedStep(step="broken", call_number=1, attempt=1, outcome="repair", error=error),
    )
    assert claim.flow.children == {"research#1": OpenChild(execution_id=child.execution_id, status=S.PREPARING)}


def test_a_claim_brings_the_last_value_of_each_field(store: Store):
    """A conversation would read all its messages once for each turn. What forks need is read whole.

    What a call wrote that was not over counts for nothing; and of what tells turns apart every value counts.
    """
    flow = running_flow(store)
    id_ = flow.execution_id
    _record(store, [
        *step_events(id_, "one", writes={"messages": ["a"], "last_intent": "x"}),
        *step_events(id_, "two", writes={"messages": ["a", "b"], "last_intent": "y", "best": 7}),
        *step_events(id_, "open", writes={"messages": ["a", "b", "c"]})[:2],
    ])  # fmt: skip
    assert _move(store, flow, S.INTERRUPTED)
    store.executions.resume([id_], owner=OWNER).result()
    claim = store.executions.claim(id_, 2).result()
    assert claim is not None
    last = {"messages": ["a", "b"], "last_intent": "y", "best": 7}
    assert [one.writes for one in claim.flow.finished] == [{"last_intent": "x"}, last]
    whole = store.steps.history(id_, owner=OWNER)
    assert [one.writes for one in whole.finished] == [{"messages": ["a"], "last_intent": "x"}, last]


def _ask(store: Store, child: NewExecution) -> None:
    asked = {"execution_id": child.execution_id, "task_index": 0, "task_name": "research", "question_id": "q1"}
    _record(store, [*task_events(child, 0, Work("research"), 1)[:1], PersonAsked(**asked, output="Is it?")])
    _record(store, [TaskParked(**asked)])
    assert store.executions.park(child.execution_id, 1, "asked").result() is None


def test_an_answer_inside_a_flow_wakes_what_was_launched(store: Store):
    """The child goes on within the next attempt of its flow: only that is queued."""
    flow = running_flow(store)
    child = store.executions.begin_child(child_of(flow, "research")).stored.result().execution
    assert _move(store, child, S.RUNNING)
    _ask(store, child)
    _record(store, [StepParked(**_named(flow.execution_id, "research", child_execution_id=child.execution_id))])
    assert store.executions.park(flow.execution_id, 1, "asked").result() is None
    answered = store.executions.answer(child.execution_id, PersonAnswer(decision="accept"), owner=OWNER).result()
    assert answered.next is not None
    assert (answered.next.execution_id, answered.next.attempt) == (flow.execution_id, 2)
    claim = store.executions.claim(flow.execution_id, 2).result()
    assert claim is not None
    assert claim.flow.children["research#1"].status is S.PENDING
    assert store.executions.resume_child(child.execution_id).result() == 2
    inside = store.executions.claim(child.execution_id, 2).result()
    assert inside is not None
    assert inside.parked_tasks[0].answer is not None


def test_an_answer_that_comes_while_the_flow_runs_is_not_lost(store: Store):
    """A flow that parks after the answer goes on at once."""
    flow = running_flow(store)
    child = store.executions.begin_child(child_of(flow, "research")).stored.result().execution
    assert _move(store, child, S.RUNNING)
    _ask(store, child)
    answered = store.executions.answer(child.execution_id, PersonAnswer(decision="accept"), owner=OWNER).result()
    assert (answered.refusal, answered.next) == ("", None)
    going_on = store.executions.park(flow.execution_id, 1, "asked").result()
    assert going_on is not None
    assert going_on.attempt == 2


def test_nothing_inside_a_flow_that_has_ended_waits(store: Store):
    """Its questions are closed; a resume of the flow opens them again."""
    flow = running_flow(store)
    child = store.executions.begin_child(child_of(flow, "research")).stored.result().execution
    assert _move(store, child, S.RUNNING)
    _ask(store, child)
    assert _move(store, flow, S.FAILED)
    assert store.executions.get(child.execution_id, owner=OWNER).status is S.CANCELLED
    assert store.questions.open(owner=OWNER) == []
    assert store.executions.resume_child(child.execution_id).result() == 2


def test_a_child_that_nobody_took_note_of_is_not_paid_twice(store: Store):
    """What it finished stands in for the work of the next one."""
    flow = running_flow(store)
    first = store.executions.begin_child(child_of(flow, "research")).stored.result().execution
    assert _move(store, first, S.RUNNING)
    run_to_end(store, first, [Work("research", "Found."), Work("report", "Done.")])
    again = store.executions.begin_child(child_of(flow, "research"), first.execution_id).stored.result()
    assert [(task.output, task.execution_id) for task in again.finished_tasks] == [
        ("Found.", first.execution_id),
        ("Done.", first.execution_id),
    ]


def test_who_waits_for_a_claim_that_never_comes_about_is_told(store: Store):
    """Nobody waits for ever for what the store refuses, whichever of the two it waits for."""
    flow = running_flow(store)
    begun = store.executions.begin_child(child_of(flow, "research"), "no such execution")
    refused = begun.stored.exception(10)
    assert isinstance(refused, StoreError)
    assert begun.claim.exception(10) is refused


def test_a_fork_goes_on_within_a_child_only_with_the_same_work(store: Store):
    """Other inputs make what the child of its source has finished worthless."""
    first = store.executions.begin_child(child_of(running_flow(store), "research")).stored.result().execution
    assert _move(store, first, S.RUNNING)
    run_to_end(store, first, [Work("research", "Found.")])
    fork = running_flow(store)
    same, other = (child_of(fork, "research", **given) for given in ({}, {"inputs": {"topic": "other"}}))
    claims = [store.executions.begin_child(child, first.execution_id).stored.result() for child in (same, other)]
    assert [[task.output for task in claim.finished_tasks] for claim in claims] == [["Found."], []]


def test_what_a_dead_process_left_is_interrupted_with_its_parts(store: Store):
    """A flow in flight, and what it ran."""
    flow = running_flow(store)
    child = store.executions.begin_child(child_of(flow, "research")).stored.result().execution
    _record(store, step_events(flow.execution_id, "seed")[:1])
    assert store.executions.recover().interrupted == 2
    assert store.executions.get(child.execution_id, owner=OWNER).status is S.INTERRUPTED
    (step,) = store.steps.find(flow.execution_id, owner=OWNER)
    assert step.status == "interrupted"


def test_a_part_that_comes_to_rest_just_before_its_flow_ends_waits_for_nobody(store: Store):
    """Both in one transaction of the writer: the part waits for a person when its flow is cancelled."""
    flow = running_flow(store)
    child = child_of(flow, "research")
    store.executions.begin_child(child).stored.result()
    assert _move(store, child, S.RUNNING)
    busy, gate = threading.Event(), threading.Event()
    store._writer.submit(Call(lambda _cursor: busy.set() or gate.wait(60)))
    assert busy.wait(60)
    parked = store.executions.park(child.execution_id, 1, "a person is asked")
    ended = store.executions.move(Move(execution_id=flow.execution_id, attempt=1, status=S.CANCELLED))
    gate.set()
    assert (parked.result(), ended.result()) == (None, True)
    assert store.executions.get(child.execution_id, owner=OWNER).status is S.CANCELLED


def test_a_child_that_was_left_in_flight_goes_on(store: Store):
    """Its flow is the only one that would run it, and begins anew."""
    flow = running_flow(store)
    child = store.executions.begin_child(child_of(flow, "research")).stored.result().execution
    assert store.executions.resume_child(child.execution_id).result() == 2
    assert store.executions.get(child.execution_id, owner=OWNER).status is S.PENDING
