"""The log: one dense order per attempt, nothing lost, and text that any database survives."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import Any

from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import (
    GuardrailChecked,
    ModelCallCompleted,
    ModelCallFailed,
    TaskCancelled,
    TaskCompleted,
    TaskReused,
    TaskStarted,
    ToolCallCompleted,
    ToolCallFailed,
    Unrecognised,
)
from crewlab.executions.execution import Move
from crewlab.executions.status import ExecutionStatus as S
from crewlab.executions.usage import Usage
from crewlab.store import Store
from crewlab.store.writing.commands import Resume
from crewlab.store.writing.round import Round
from crewlab.store.writing.states import States
from tests.factories import OWNER, RESEARCH, finished_execution, new_execution, running_execution, start, task_events


def _sequences(store: Store, execution_id: str) -> list[tuple[int, int]]:
    return [(e.attempt, e.sequence) for _, e in store.events.read(execution_id, owner=OWNER, limit=100_000)]


def test_events_come_back_as_they_were(store: Store):
    """Every field survives, except the large ones that have a row of their own."""
    execution = running_execution(store)
    at = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
    error = ErrorReport(type="T", title="t", message="m")
    envelope = {"execution_id": execution.execution_id, "task_name": "report", "agent": "analyst", "occurred_at": at}
    events = [
        TaskStarted(**envelope, task_index=0, description="Do it", context=("research",), message="started"),
        ModelCallFailed(**envelope, call_id="c", model="m", started_at=at, error=error, price={"a": 1.5}, retries=2),
        ToolCallFailed(**envelope, call_id="t", tool="T", started_at=at, error=error),
        GuardrailChecked(**envelope, task_index=0, guardrail="short?", passed=False, feedback="too long"),
        Unrecognised(**envelope, source_type="X", payload={"b": [1, None, {"c": 2.5}], "a": True}),
        TaskCompleted(**envelope, task_index=0, output="o", output_json=[{}], usage=Usage(model_calls=1, cost_usd=0.1)),
    ]
    store.events.append(events)
    assert store.events.flush(60)
    read = [event for _, event in store.events.read(execution.execution_id, owner=OWNER)][3:]
    assert read == [event.model_copy(update={"sequence": number}) for number, event in enumerate(events, 4)]


def test_large_fields_live_on_their_row_only(store: Store):
    """The log of a model call does not repeat its messages, response and parameters."""
    execution = finished_execution(store)
    calls = [e for _, e in store.events.read(execution.execution_id, owner=OWNER) if isinstance(e, ModelCallCompleted)]
    assert [(call.messages, call.response, call.parameters) for call in calls] == [([], None, {})] * 2
    rows = store.frames.read("model_calls", owner=OWNER).to_pylist()
    assert rows[0]["messages"] == '[{"role":"user","content":"Do the research on tea"}]'
    assert (rows[0]["response"], rows[0]["parameters"]) == ("Three sources were found.", '{"temperature":0.2}')


def test_sequences_are_dense_when_many_threads_write(store: Store):
    """Eight threads, one execution: sequences 1..n without gaps or repeats, and each thread's own order is kept."""
    execution = running_execution(store)

    def write(thread: int) -> None:
        for number in range(100):
            event = GuardrailChecked(
                execution_id=execution.execution_id, task_index=thread, guardrail="g", passed=True, retry_number=number
            )
            store.events.append([event])

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.events.flush(60)
    read = [event for _, event in store.events.read(execution.execution_id, owner=OWNER, limit=10_000)]
    assert [event.sequence for event in read] == list(range(1, len(read) + 1))
    for thread_number in range(8):
        own = [e.retry_number for e in read if isinstance(e, GuardrailChecked) and e.task_index == thread_number]
        assert own == list(range(100))


def test_each_attempt_counts_from_one(store: Store):
    """A resumed execution has a second dense sequence; late events of the first attempt continue the first one."""
    execution = finished_execution(store, error=RuntimeError("no"))
    first = len(store.events.read(execution.execution_id, owner=OWNER))
    store.executions.resume([execution.execution_id], owner=OWNER).result()
    start(store, execution.execution_id, attempt=2)
    store.events.append(
        [
            Unrecognised(execution_id=execution.execution_id, attempt=attempt, source_type="late")
            for attempt in (1, 2, 1)
        ]
    )
    assert store.events.flush(60)
    assert _sequences(store, execution.execution_id)[first:] == [
        (2, 1),
        (2, 2),
        (2, 3),
        (1, first + 1),
        (2, 4),
        (1, first + 2),
    ]


def test_events_after_the_end_are_kept_in_order(store: Store):
    """What a model call reports after its execution was cancelled still counts, and continues the sequence."""
    execution = running_execution(store)
    events = task_events(execution, 0, RESEARCH[0], 2)
    store.events.append(events[:2])
    cancel = Move(execution_id=execution.execution_id, attempt=1, status=S.CANCELLED)
    assert store.executions.move(cancel).result()
    store.events.append(events[2:4])
    store.events.append([TaskCancelled(execution_id=execution.execution_id, task_name="research", task_index=0)])
    assert store.events.flush(60)
    sequences = _sequences(store, execution.execution_id)
    assert sequences == [(1, number) for number in range(1, len(sequences) + 1)]
    assert store.executions.get(execution.execution_id, owner=OWNER).usage.input_tokens == 200
    task = store.frames.read("tasks", owner=OWNER).to_pylist()[0]
    assert (task["status"], task["description"]) == ("cancelled", "Do the research on tea")


def test_reading_goes_on_after_an_id(store: Store):
    """A reader that asks after its last id gets every event once."""
    execution = finished_execution(store)
    everything = store.events.read(execution.execution_id, owner=OWNER)
    pages, last = [], 0
    while page := store.events.read(execution.execution_id, owner=OWNER, after_event_id=last, limit=3):
        pages += page
        last = page[-1][0]
    assert pages == everything


def test_reused_task_has_no_usage_and_says_from_where(store: Store):
    """A task that was not paid again is a row of this attempt, with no usage and the attempt that paid."""
    execution = finished_execution(store, error=RuntimeError("no"))
    store.executions.resume([execution.execution_id], owner=OWNER).result()
    start(store, execution.execution_id, attempt=2)
    reused = TaskReused(
        execution_id=execution.execution_id, attempt=2, task_index=0, task_name="research", output="x", from_attempt=1
    )
    store.events.append([reused])
    assert store.events.flush(60)
    rows = [t for t in store.frames.read("tasks", owner=OWNER).to_pylist() if t["attempt"] == 2]
    assert [(t["status"], t["reused_from_attempt"], t["output"], t["model_calls"]) for t in rows] == [
        ("reused", 1, "x", 0)
    ]


def test_task_that_starts_again_keeps_one_row(store: Store):
    """A task that is started twice in an attempt, at once or after its end, has one row: that of its last start."""
    execution = running_execution(store)
    started = [
        TaskStarted(execution_id=execution.execution_id, task_name="a", task_index=0, description=words)
        for words in ("first", "second", "third", "fourth")
    ]
    store.events.append(started[:2])
    assert store.events.flush(60)
    store.events.append([TaskCompleted(execution_id=execution.execution_id, task_name="a", task_index=0, output="x")])
    assert store.events.flush(60)
    store.events.append(started[2:3])
    assert store.events.flush(60)
    assert store.executions.interrupt([execution.execution_id], "").result() == 1
    store.events.append(started[3:])
    assert store.events.flush(60)
    rows = store.frames.read("tasks", owner=OWNER).to_pylist()
    assert [(row["description"], row["status"]) for row in rows] == [("fourth", "running")]


def test_running_task_shows_what_it_has_used_so_far(store: Store):
    """Usage appears on a task as its calls end, not only when the task ends."""
    execution = running_execution(store)
    store.events.append(task_events(execution, 0, RESEARCH[0], 2)[:3])
    assert store.events.flush(60)
    task = store.frames.read("tasks", owner=OWNER).to_pylist()[0]
    assert (task["status"], task["model_calls"], task["input_tokens"]) == ("running", 1, 200)


def test_nul_and_lone_surrogates_are_made_visible(store: Store):
    """Text that the database cannot hold is shown by stand-ins, everywhere, and nothing around it is lost."""
    bad = "a\x00b\ud83dc"
    execution = new_execution(inputs={"topic": bad, bad: [bad]})
    store.executions.add([execution]).result()
    start(store, execution.execution_id)
    call = ModelCallCompleted.model_construct(
        execution_id=execution.execution_id, attempt=1, call_id="c", model="rehearsal/x", started_at=datetime.now(UTC),
        occurred_at=datetime.now(UTC), level="info", kind="model_call_completed", message=bad, task_name=None,
        agent=bad,
        messages=[{"role": "user", "content": bad}], response=bad, tools=[], parameters={bad: 1}, purpose="agent",
        is_rehearsal=True, retries=0, price=None, cost_usd=None, input_tokens=1, output_tokens=1, cached_tokens=None,
        reasoning_tokens=None, finish_reason=None,
    )  # fmt: skip
    unknown = Unrecognised(
        execution_id=execution.execution_id, source_type="X", payload={"text": bad, "plain": "\\u0000"}
    )
    store.events.append([call, unknown])
    end = Move(
        execution_id=execution.execution_id, attempt=1, status=S.COMPLETED, output="x\x00", output_json={"a": bad}
    )
    assert store.executions.move(end).result()
    good = "a␀b�c"
    read = store.executions.get(execution.execution_id, owner=OWNER)
    assert read.inputs == {"topic": good, good: [good]}
    assert (read.output, read.output_json) == ("x␀", {"a": good})
    events = [event for _, event in store.events.read(execution.execution_id, owner=OWNER)]
    assert events[3].message == good
    assert isinstance(events[4], Unrecognised)
    assert events[4].payload == {"text": good, "plain": "\\u0000"}
    row = store.frames.read("model_calls", owner=OWNER).to_pylist()[0]
    assert (row["response"], row["agent"], row["parameters"]) == (good, good, '{"' + good + '":1}')
    assert store.health == "ok"


def test_event_of_an_unknown_execution_is_put_aside(store: Store, data):
    """An event that belongs to nothing is kept in the dead letters, and its neighbours are stored."""
    execution = running_execution(store)
    store.events.append(
        [
            Unrecognised(execution_id="nobody", source_type="stray"),
            Unrecognised(execution_id=execution.execution_id, source_type="kept"),
        ]
    )
    assert store.events.flush(60)
    assert _sequences(store, execution.execution_id)[-1] == (1, 4)
    letter = (data / "dead_letter.jsonl").read_text()
    assert '"stray"' in letter
    assert "no such execution" in letter


def test_late_events_around_a_resume_keep_counting(store: Store):
    """What an ended attempt still tells is numbered on, also when the next attempt begins in the same transaction."""
    execution_id = running_execution(store).execution_id
    store.executions.move(Move(execution_id=execution_id, attempt=1, status=S.FAILED)).result()
    late = Unrecognised(execution_id=execution_id, attempt=1, source_type="late")
    rows = Round(store._writer._transactions.cursor, States(), first_event_id=1)
    rows.fold([late, Resume([execution_id], OWNER, "again", {}), late, late])
    numbers = [(values[2], values[3]) for values in rows.events]
    last = _sequences(store, execution_id)[-1][1]
    assert numbers == [(1, last + 1), (2, 1), (1, last + 2), (1, last + 3)]


def test_what_cannot_be_json_is_shown_and_the_rest_is_kept(store: Store):
    """Too deep, within itself, bytes, no `repr`: what a model or a tool sends must not stop the writer."""

    class Shy:
        def __repr__(self) -> str:
            raise ValueError("nobody sees me")

    deep: dict[str, Any] = {}
    for _ in range(5_000):
        deep = {"deep": deep}
    ring: list[Any] = []
    ring.append(ring)
    execution_id = running_execution(store).execution_id
    odd = {"deep": deep, "ring": ring, "bytes": b"\xff", "shy": Shy(), "plain": [1, "two"]}
    call = {"execution_id": execution_id, "call_id": "c", "tool": "T", "started_at": datetime.now(UTC)}
    store.events.append([
        Unrecognised(execution_id=execution_id, source_type="odd", payload=odd),
        ToolCallCompleted.model_construct(**call, kind="tool_call_completed", arguments=odd),
    ])  # fmt: skip
    assert store.events.flush(60)
    assert store.health == "ok"
    found = [event for _, event in store.events.read(execution_id, owner=OWNER) if isinstance(event, Unrecognised)]
    assert set(found[0].payload) == set(odd)
    assert found[0].payload["plain"] == [1, "two"]
    assert found[0].payload["shy"] == "<Shy that cannot be shown>"
    arguments = json.loads(store.frames.read("tool_calls", owner=OWNER)["arguments"].to_pylist()[0])
    assert arguments["plain"] == [1, "two"]
