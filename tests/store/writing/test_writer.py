"""The writer thread: bad work is singled out, a dead database is reopened, and nothing is lost or doubled."""

from __future__ import annotations

import json
import threading

import duckdb
import pytest

from crewlab.errors import StoreClosedError, StoreError
from crewlab.executions.events import Unrecognised
from crewlab.executions.execution import Move
from crewlab.executions.status import ExecutionStatus as S
from crewlab.store import Store
from crewlab.store.database import Database
from crewlab.store.writing.round import Round
from crewlab.store.writing.transactions import Transactions
from tests.conftest import wait_until
from tests.factories import OWNER, RESEARCH, document, new_execution, running_execution, task_events


def _notes(execution_id: str, *names: str) -> list[Unrecognised]:
    return [Unrecognised(execution_id=execution_id, source_type=name) for name in names]


def _stored(store: Store, execution_id: str) -> list[str]:
    events = [event for _, event in store.events.read(execution_id, owner=OWNER, limit=100_000)]
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    return [event.source_type for event in events if isinstance(event, Unrecognised)]


class _Failing:
    """Makes the next `times` transactions fail, after or before they are durable."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: Exception, *, times: int = 1, durable: bool = False):
        self.left = times
        original = Round.write

        def write(round_: Round) -> None:
            original(round_)
            if self.left:
                self.left -= 1
                if durable:
                    round_.cursor.commit()
                raise error

        monkeypatch.setattr(Round, "write", write)


@pytest.mark.parametrize("durable", [False, True], ids=["not durable", "durable"])
def test_dead_database_is_reopened_and_nothing_is_lost_or_doubled(store, monkeypatch, durable):
    """After a fatal error the file is reopened, and the batch is written again only if it is not there."""
    execution = running_execution(store)
    generation = store._database.generation
    _Failing(monkeypatch, duckdb.FatalException("COMMIT or not"), durable=durable)
    store.events.append(_notes(execution.execution_id, "a", "b"))
    assert store.executions.move(Move(execution_id=execution.execution_id, attempt=1, status=S.COMPLETED)).result(60)
    assert store._database.generation == generation + 1
    assert _stored(store, execution.execution_id) == ["a", "b"]
    assert store.health == "ok"
    assert store.executions.get(execution.execution_id, owner=OWNER).status is S.COMPLETED


def test_command_of_its_own_survives_a_dead_database(store, monkeypatch):
    """A definition that was durable when the database died is not saved twice, and the caller gets its version."""
    original, calls = Transactions._try, []

    def try_once(self: Transactions, work) -> None:
        original(self, work)
        if not calls:
            calls.append(1)
            raise duckdb.FatalException("the autocheckpoint failed")

    monkeypatch.setattr(Transactions, "_try", try_once)
    assert store.definitions.save(owner=OWNER, document=document()).number == 1
    assert len(store.definitions.versions("market-brief", owner=OWNER)) == 1


def test_real_fatal_error_invalidates_and_recovers(store):
    """An instance that somebody closed under the writer's feet is opened again by whoever notices, reads included."""
    execution = running_execution(store)
    store._database._root.close()
    assert store.executions.get(execution.execution_id, owner=OWNER).status is S.RUNNING
    store.events.append(_notes(execution.execution_id, "after"))
    assert store.events.flush(60)
    assert _stored(store, execution.execution_id) == ["after"]


def test_batch_is_kept_while_nothing_can_be_written(store, monkeypatch):
    """While the disk is full the store says so, keeps what it was given, and writes it when there is room."""
    execution = running_execution(store)
    full = _Failing(
        monkeypatch, duckdb.TransactionException("Could not write file: No space left on device"), times=10**9
    )
    store.events.append(_notes(execution.execution_id, "a", "b"))
    wait_until(
        lambda: store.health.startswith("degraded: Could not write file"), "the store to say that it is degraded"
    )
    store.events.append(_notes(execution.execution_id, "c"))
    assert _stored(store, execution.execution_id) == []
    full.left = 0
    assert store.events.flush(60)
    assert _stored(store, execution.execution_id) == ["a", "b", "c"]
    assert store.health == "ok"


def test_writer_that_forgot_everything_goes_on(store, monkeypatch):
    """After a failed transaction the writer reads again what it knew: tasks, totals and sequences go on as before."""
    execution = running_execution(store)
    events = task_events(execution, 0, RESEARCH[0], 2)
    store.events.append(events[:3])
    assert store.events.flush(60)
    _Failing(monkeypatch, duckdb.TransactionException("Could not write file"))
    store.events.append(events[3:])
    assert store.events.flush(60)
    (task,) = store.frames.read("tasks", owner=OWNER).to_pylist()
    assert (task["status"], task["description"], task["input_tokens"]) == ("completed", "Do the research on tea", 200)
    read = store.executions.get(execution.execution_id, owner=OWNER)
    assert (read.usage.model_calls, read.usage.tool_calls, read.tasks_done, read.current_task) == (1, 1, 1, None)
    sequences = [event.sequence for _, event in store.events.read(execution.execution_id, owner=OWNER)]
    assert sequences == list(range(1, len(events) + 4))


def test_poison_is_singled_out(store, monkeypatch, data):
    """One event that cannot be written goes to the dead letters; all others of its batch are stored in order."""
    execution = running_execution(store)
    original = Round.write

    def write(round_: Round) -> None:
        if any("poison" in row[-1] for row in round_.events):
            raise duckdb.ConversionException("Malformed JSON")
        original(round_)

    monkeypatch.setattr(Round, "write", write)
    names = [f"good {number}" for number in range(50)]
    store.events.append(_notes(execution.execution_id, *names[:20], "poison", *names[20:]))
    assert store.events.flush(60)
    assert _stored(store, execution.execution_id) == names
    (letter,) = (data / "dead_letter.jsonl").read_text().splitlines()
    assert json.loads(letter)["event"]["source_type"] == "poison"
    assert "Malformed JSON" in json.loads(letter)["reason"]


def test_poisonous_command_tells_its_caller_only(store):
    """A launch that cannot be stored raises for who launched it; what arrived with it goes through."""
    first = new_execution()
    store.executions.add([first]).result()
    busy, gate = threading.Event(), threading.Event()
    blocked = threading.Thread(target=lambda: store._writer.call(lambda _cursor: busy.set() or gate.wait(60)))
    blocked.start()
    assert busy.wait(60)
    twice, good = store.executions.add([first]), store.executions.add([new_execution()])
    gate.set()
    with pytest.raises(StoreError):
        twice.result(60)
    good.result(60)
    blocked.join()
    assert store.executions.count(owner=OWNER) == 2


def test_failing_function_leaves_no_trace(store):
    """A command that raises half way is rolled back, and the writer goes on."""

    def half(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("INSERT INTO seeded_names VALUES ('o', 'n', now())")
        raise KeyError("half way")

    with pytest.raises(StoreError, match="half way"):
        store._writer.call(half)
    assert store._database.rows("SELECT * FROM seeded_names") == []


def test_close_writes_what_waits(data):
    """What was appended before `close` is there after it; afterwards the store refuses, and may be closed again."""
    store = Store.open(data, window_seconds=600)
    execution = running_execution(store)
    store.events.append(_notes(execution.execution_id, *"abc"))
    store.close()
    store.close()
    with pytest.raises(StoreClosedError):
        store.events.append(_notes(execution.execution_id, "late"))
    with pytest.raises(StoreClosedError):
        store.executions.get(execution.execution_id, owner=OWNER)
    again = Store.open(data)
    assert _stored(again, execution.execution_id) == ["a", "b", "c"]
    again.close()


def test_close_does_not_wait_for_a_full_disk_for_ever(data, monkeypatch):
    """Closing while nothing can be written ends in time; events go to the dead letters, and those who wait are told."""
    store = Store.open(data, window_seconds=0.005)
    execution = running_execution(store)
    _Failing(monkeypatch, duckdb.TransactionException("No space left on device"), times=10**9)
    store.events.append(_notes(execution.execution_id, "a"))
    moved = store.executions.move(Move(execution_id=execution.execution_id, attempt=1, status=S.COMPLETED))
    store.close(timeout_seconds=0.2)
    with pytest.raises(StoreClosedError, match="before this could be written"):
        moved.result(60)
    assert '"a"' in (data / "dead_letter.jsonl").read_text()


def test_events_wait_for_company_and_commands_do_not(data):
    """Events wait for the window; a command is carried out at once, together with what was appended before it."""
    store = Store.open(data, window_seconds=600)
    execution = running_execution(store)
    store.events.append(_notes(execution.execution_id, "a"))
    assert store.executions.move(Move(execution_id=execution.execution_id, attempt=1, status=S.COMPLETED)).result(60)
    assert _stored(store, execution.execution_id) == ["a"]
    store.close()


def test_a_move_that_nobody_waits_for_waits_for_company(data):
    """It costs no transaction of its own: the next command takes it along, in its place."""
    store = Store.open(data, window_seconds=600)
    execution = new_execution()
    store.executions.add([execution]).result(60)
    store.executions.claim(execution.execution_id, 1).result(60)
    moves = [Move(execution_id=execution.execution_id, attempt=1, status=status) for status in (S.RUNNING, S.FAILED)]
    begun = store.executions.move(moves[0], is_urgent=False)
    assert not begun.done()
    assert (store.executions.move(moves[1]).result(60), begun.done(), begun.result()) == (True, True, True)
    store.close()


def test_what_is_claimed_at_once_is_stored_with_its_claim(data):
    """A launch whose caller goes on without waiting costs no transaction of its own."""
    store = Store.open(data, window_seconds=60)
    execution = new_execution()
    added = store.executions.add([execution], is_urgent=False)
    assert not added.done()
    assert store.executions.claim(execution.execution_id, 1).result(5) is not None
    assert added.done()
    store.close()


def test_reader_meets_the_new_instance(store, monkeypatch):
    """A read that is interrupted because the database is being reopened is done again."""
    execution = running_execution(store)
    original, failed = Database.cursor, []

    def cursor(self: Database):
        if not failed:
            failed.append(1)
            raise duckdb.FatalException("database has been invalidated")
        return original(self)

    monkeypatch.setattr(Database, "cursor", cursor)
    assert store.executions.get(execution.execution_id, owner=OWNER).status is S.RUNNING


def test_writer_survives_what_was_not_foreseen(store, monkeypatch):
    """A mistake in its own code is told to whoever waits, and the next request is answered."""
    execution = running_execution(store)

    def fail(*_: object) -> None:
        raise RuntimeError("a mistake")

    with monkeypatch.context() as broken:
        broken.setattr(store._writer, "_settle", fail)
        with pytest.raises(StoreError, match="a mistake"):
            store.executions.resume([execution.execution_id], owner=OWNER).result(60)
    assert store.executions.resume([execution.execution_id], owner=OWNER).result(60) == []
