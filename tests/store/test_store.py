"""The store as a whole: snapshots, owners, health."""

from __future__ import annotations

import inspect

import duckdb
import pytest

from crewlab.errors import CrewLabError
from crewlab.executions.events import Unrecognised
from crewlab.store import Store
from crewlab.store.definition_store import DefinitionStore
from crewlab.store.event_store import EventStore
from crewlab.store.execution_store import ExecutionStore
from crewlab.store.questions import QuestionReads
from crewlab.store.reading.frames import Frames
from tests.factories import OWNER, document, finished_batch, finished_execution, new_execution, running_execution

PARTS = (DefinitionStore, ExecutionStore, EventStore, QuestionReads, Frames)
WITHOUT_OWNER = {
    "ExecutionStore.pending": "the queue serves everybody",
    "ExecutionStore.recover": "a restart concerns everybody; it returns counts only",
    "ExecutionStore.add": "the records carry their owner",
    "ExecutionStore.count_pending": "the queue serves everybody",
    "ExecutionStore.claim": "a worker's answer to the queue",
    "ExecutionStore.move": "the engine's, for an execution that it holds",
    "ExecutionStore.park": "the engine's, for an execution that it holds",
    "ExecutionStore.begin_child": "the engine's, for a flow that it holds; the record carries its owner",
    "ExecutionStore.resume_child": "the engine's, for a part of a flow that it holds",
    "QuestionReads.feedback": "the engine's, for an execution that it holds",
    "QuestionReads.overdue": "deadlines are kept for everybody",
    "QuestionReads.next_deadline": "deadlines are kept for everybody",
    "ExecutionStore.interrupt": "the engine's, for executions that it holds",
    "EventStore.last_id": "a number, which says nothing of anybody",
    "EventStore.append": "the engine's, for an execution that it holds",
    "EventStore.flush": "returns no data",
    "EventStore.parse": "reads one event that somebody already has",
}


def test_every_read_takes_an_owner():
    """Each public method of the store has a keyword `owner` without a default; exceptions are listed with reasons."""
    lacking = set()
    for part in PARTS:
        for name, method in inspect.getmembers(part, inspect.isfunction):
            parameter = inspect.signature(method).parameters.get("owner")
            takes = parameter is not None and parameter.kind is parameter.KEYWORD_ONLY
            if not name.startswith("_") and not (takes and parameter.default is parameter.empty):
                lacking.add(f"{part.__name__}.{name}")
    assert lacking == set(WITHOUT_OWNER)


def test_nobody_sees_what_belongs_to_others(store: Store):
    """Every read of another owner finds nothing, as if it were not there."""
    saved = store.definitions.save(owner=OWNER, document=document())
    store.definitions.save_draft(owner=OWNER, draft_id="d", document=document(), definition_id=saved.definition_id)
    execution = finished_execution(store, definition_id=saved.definition_id, model="openai/x")
    batch_id = finished_batch(store)
    reads = [
        lambda: store.definitions.get(saved.definition_id, owner="eve"),
        lambda: store.definitions.version("market-brief", owner="eve"),
        lambda: store.definitions.versions("market-brief", owner="eve"),
        lambda: store.definitions.delete("market-brief", owner="eve"),
        lambda: store.executions.get(execution.execution_id, owner="eve"),
        lambda: store.executions.finished_tasks(execution.execution_id, owner="eve"),
        lambda: store.executions.batch(batch_id, owner="eve"),
        lambda: store.executions.batch_executions(batch_id, owner="eve"),
    ]
    for read in reads:
        with pytest.raises(CrewLabError, match="There is no"):
            read()
    assert store.definitions.list(owner="eve") == []
    assert store.definitions.drafts(owner="eve") == []
    assert store.definitions.draft("d", owner="eve") is None
    assert store.executions.find(owner="eve") == []
    assert store.executions.count(owner="eve") == 0
    assert store.executions.counts(owner="eve") == {}
    assert store.executions.batches(owner="eve") == []
    assert store.executions.spend_usd(owner="eve") is None
    assert store.events.read(execution.execution_id, owner="eve") == []
    for name in ("executions", "tasks", "model_calls", "tool_calls", "logs", "batches"):
        assert store.frames.read(name, owner="eve").num_rows == 0
        assert store.frames.read(name, owner="eve", batch_id=batch_id).num_rows == 0
        assert store.frames.read(name, owner=OWNER).num_rows > 0


def test_snapshot_has_the_same_rows(store: Store):
    """A snapshot opens read-only in any program and holds everything that was given to the store before."""
    execution = finished_execution(store)
    store.events.append([Unrecognised(execution_id=execution.execution_id, source_type="just now")])
    path = store.snapshot()
    with duckdb.connect(str(path), read_only=True) as copy:
        copy.execute("SET TimeZone = 'UTC'")
        for table in ("executions", "tasks", "model_calls", "tool_calls", "events", "documents"):
            order = (
                f"SELECT * FROM {table} ORDER BY ALL" if table != "events" else "SELECT * FROM v_logs ORDER BY event_id"
            )
            assert copy.execute(order).fetchall() == store._database.rows(order)
        assert copy.execute("SELECT message, payload FROM v_logs ORDER BY event_id DESC LIMIT 1").fetchall() == [
            ("", '{"payload":{},"source_type":"just now"}')
        ]
    assert path.parent.name == "snapshots"
    assert not list(path.parent.glob("*.part"))


def test_snapshot_of_a_store_with_a_long_reader(store: Store):
    """A reader that keeps an older state in use does not stop a snapshot; the copy takes the log along."""
    execution = running_execution(store)
    with store._database.cursor() as cursor:
        cursor.begin()
        cursor.execute("SELECT count(*) FROM executions").fetchall()
        other = finished_execution(store)
        path = store.snapshot()
    with duckdb.connect(str(path), read_only=True) as copy:
        found = dict(copy.execute("SELECT execution_id, status FROM executions").fetchall())
    assert found == {execution.execution_id: "running", other.execution_id: "completed"}


def test_health_and_room(store: Store):
    """A healthy store says so, and knows how much room there is."""
    assert store.health == "ok"
    assert store.free_bytes() > 0


def test_everything_survives_closing(data):
    """What was stored is there when the store is opened again."""
    first = Store.open(data)
    finished = finished_execution(first)
    pending = new_execution()
    first.executions.add([pending]).result()
    frames = [first.frames.read(name, owner=OWNER) for name in ("executions", "tasks", "logs")]
    first.close()
    again = Store.open(data)
    assert again.executions.get(finished.execution_id, owner=OWNER) == finished
    assert [again.frames.read(name, owner=OWNER) for name in ("executions", "tasks", "logs")] == frames
    again.close()
