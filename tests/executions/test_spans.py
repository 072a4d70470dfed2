"""Events of an attempt as a tree of spans."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crewlab.executions.events import (
    ModelCallCompleted,
    ModelCallStarted,
    StatusChanged,
    StepCompleted,
    StepParked,
    StepStarted,
    TaskStarted,
    ToolCallStarted,
)
from crewlab.executions.execution import Execution
from crewlab.executions.spans import spans_of, trace_id
from tests.factories import new_execution

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
NEW = new_execution()
EXECUTION = Execution(**NEW.model_dump(), created_at=BEGIN)


def at(seconds, **fields):
    moment = BEGIN + timedelta(seconds=seconds)
    return {"execution_id": EXECUTION.execution_id, "occurred_at": moment, **fields}


def test_what_is_open_at_the_end_ends_there():
    """A process that died says nothing of its calls: they end with the attempt, and say that they were cut off."""
    events = [
        StatusChanged(**at(0), status="pending"),
        StatusChanged(**at(5), status="running"),
        TaskStarted(**at(6, task_name="a", agent="one"), task_index=0),
        ModelCallStarted(**at(7, task_name="a", agent="one"), call_id="m", model="openai/x"),
        ToolCallStarted(**at(8, task_name="a", agent="one"), call_id="t", tool="Search"),
        StatusChanged(**at(9), status="interrupted"),
    ]
    root, task, chat, tool = spans_of(EXECUTION, 1, events)
    assert root.started_at == BEGIN + timedelta(seconds=5)  # time in the queue is not work
    assert {one.ended_at for one in (root, task, chat, tool)} == {BEGIN + timedelta(seconds=9)}
    assert {one.attributes["crewlab.outcome"] for one in (task, chat, tool)} == {"interrupted"}
    assert root.error == "interrupted"
    assert (task.parent_id, chat.parent_id, tool.parent_id) == (root.span_id, task.span_id, task.span_id)


def test_a_step_that_waited_for_a_person_is_one_span():
    """It goes on in the same attempt; and what each of two calls at a time has asked is under the right one."""
    step = {"step": "ask", "task_name": "ask", "step_kind": "agent"}
    events = [
        StatusChanged(**at(0), status="running"),
        StepStarted(**at(1, **step), call_number=1),
        StepStarted(**at(1, **step), call_number=2),
        ModelCallStarted(**at(2, task_name="ask", agent="one"), call_id="m", model="openai/x", step_call=1),
        StepParked(**at(3, **step), call_number=1),
        StepStarted(**at(5, **step), call_number=1),
        StepCompleted(**at(6, **step), call_number=1, output="x"),
        StatusChanged(**at(7), status="completed"),
    ]
    _, first, second, chat = spans_of(EXECUTION, 1, events)
    assert (first.started_at, first.ended_at) == (BEGIN + timedelta(seconds=1), BEGIN + timedelta(seconds=6))
    assert (chat.parent_id, second.ended_at) == (first.span_id, BEGIN + timedelta(seconds=7))


def test_a_call_that_is_known_by_its_end_alone_has_a_beginning():
    """As after an event that was lost."""
    ended = ModelCallCompleted(**at(9), call_id="m", model="openai/x", started_at=BEGIN, input_tokens=3)
    _, chat = spans_of(EXECUTION, 1, [StatusChanged(**at(0), status="running"), ended])
    assert (chat.started_at, chat.ended_at) == (BEGIN, BEGIN + timedelta(seconds=9))
    assert chat.attributes["gen_ai.usage.input_tokens"] == 3
    assert "gen_ai.usage.output_tokens" not in chat.attributes  # unknown is not 0


def test_spans_are_the_same_whenever_they_are_made_and_differ_between_attempts():
    """Sending twice doubles nothing; a later attempt is never mistaken for an earlier one."""
    events = [StatusChanged(**at(0), status="failed"), StatusChanged(**at(1, attempt=2), status="running")]
    assert spans_of(EXECUTION, 1, events) == spans_of(EXECUTION, 1, events)
    assert spans_of(EXECUTION, 1, events)[0].span_id != spans_of(EXECUTION, 2, events)[0].span_id
    assert spans_of(EXECUTION, 3, events) == []


def test_the_id_of_an_execution_is_found_in_its_trace():
    """And whatever else an id may be, it becomes one of the right size."""
    assert trace_id("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b") == "0190a1b2c3d47e5f8a9b0c1d2e3f4a5b"
    assert len(bytes.fromhex(trace_id("execution-1"))) == 16
