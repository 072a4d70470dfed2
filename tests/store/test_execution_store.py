"""The queue, claims and moves: one winner, legal moves only, and times and totals that are right."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from crewlab.errors import ExecutionNotFoundError, StoreError
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import StatusChanged, TaskStarted
from crewlab.executions.execution import Move
from crewlab.executions.identity import new_id
from crewlab.executions.queue_room import QueueRoom
from crewlab.executions.status import ExecutionStatus as S
from crewlab.store import Store
from tests.factories import (
    OWNER,
    RESEARCH,
    Work,
    document,
    finished_execution,
    new_batch,
    new_execution,
    run_to_end,
    running_execution,
    start,
    task_events,
)


def _status(store: Store, execution_id: str) -> S:
    return store.executions.get(execution_id, owner=OWNER).status


def test_added_execution_comes_back_as_it_was(store: Store):
    """What was launched is what is read: document, inputs, options and labels."""
    added = new_execution(inputs={"topic": "tea", "depth": 3, "list": [1, "a", None]}, row_number=4, model="openai/x")
    store.executions.add([added]).result()
    read = store.executions.get(added.execution_id, owner=OWNER)
    assert read.model_dump(include=set(type(added).model_fields)) == added.model_dump()
    assert (read.status, read.attempt, read.started_at) == (S.PENDING, 1, None)


def test_adding_is_all_or_nothing(store: Store):
    """A launch with one execution that exists already adds none of the others, and says so."""
    first, second = new_execution(), new_execution()
    store.executions.add([first]).result()
    with pytest.raises(StoreError, match="refused"):
        store.executions.add([second, first]).result()
    assert store.executions.count(owner=OWNER) == 1


def test_of_many_claims_one_wins(store: Store):
    """Workers that claim the same attempt at once get one claim between them."""
    execution = new_execution()
    store.executions.add([execution]).result()
    gate = threading.Barrier(8)

    def claim(_: int) -> bool:
        gate.wait()
        return store.executions.claim(execution.execution_id, 1).result() is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(8))) == 1


def test_claim_carries_the_whole_execution(store: Store):
    """A worker needs no second read: the claim has document, inputs and the status it made."""
    execution = new_execution()
    store.executions.add([execution]).result()
    claim = store.executions.claim(execution.execution_id, 1, "loading crewAI").result()
    assert claim is not None
    assert claim.execution.document == document()
    assert (claim.execution.status, claim.execution.status_message) == (S.PREPARING, "loading crewAI")
    assert claim.finished_tasks == ()


@pytest.mark.parametrize("attempt", [0, 2])
def test_claim_of_another_attempt_is_lost(store: Store, attempt: int):
    """Only the current attempt can be claimed."""
    execution = new_execution()
    store.executions.add([execution]).result()
    assert store.executions.claim(execution.execution_id, attempt).result() is None
    assert store.executions.claim(new_id(), 1).result() is None


def test_illegal_and_outdated_moves_change_nothing(store: Store):
    """A move that is not legal from the current status, or of another attempt, answers False."""
    execution = running_execution(store)
    moves = [
        Move(execution_id=execution.execution_id, attempt=1, status=S.PREPARING),
        Move(execution_id=execution.execution_id, attempt=2, status=S.COMPLETED),
        Move(execution_id=new_id(), attempt=1, status=S.COMPLETED),
    ]
    assert [store.executions.move(move).result() for move in moves] == [False, False, False]
    assert _status(store, execution.execution_id) is S.RUNNING


def test_moves_that_arrive_together_are_judged_in_order(store: Store):
    """Claim, start and end given without waiting between them all happen; a second end does not."""
    execution = new_execution()
    store.executions.add([execution])
    claim = store.executions.claim(execution.execution_id, 1)
    moves = [
        store.executions.move(Move(execution_id=execution.execution_id, attempt=1, status=status, output="x"))
        for status in (S.RUNNING, S.COMPLETED, S.FAILED)
    ]
    assert claim.result() is not None
    assert [move.result() for move in moves] == [True, True, False]
    assert _status(store, execution.execution_id) is S.COMPLETED


def test_every_move_is_in_the_log_with_time_and_message(store: Store):
    """Each status an execution had is an event, in order, with the words that were given."""
    execution = new_execution()
    store.executions.add([execution]).result()
    store.executions.claim(execution.execution_id, 1, "loading crewAI").result()
    move = Move(execution_id=execution.execution_id, attempt=1, status=S.FAILED, message="no key", reason="timed_out")
    store.executions.move(move).result()
    events = [event for _, event in store.events.read(execution.execution_id, owner=OWNER)]
    assert all(isinstance(event, StatusChanged) for event in events)
    assert [(e.sequence, e.status, e.message, e.reason, e.level) for e in events] == [
        (1, "pending", "", None, "info"),
        (2, "preparing", "loading crewAI", None, "info"),
        (3, "failed", "no key", "timed_out", "error"),
    ]


def test_failure_keeps_its_report(store: Store):
    """The error of a failed execution comes back whole."""
    execution = running_execution(store)
    report = ErrorReport(type="ValueError", title="Bad", message="because", hint="do this", task_name="report")
    store.executions.move(
        Move(execution_id=execution.execution_id, attempt=1, status=S.FAILED, message="because", error=report)
    ).result()
    assert store.executions.get(execution.execution_id, owner=OWNER).error == report


def test_duration_counts_flights_only(store: Store):
    """Time is counted from the claim to the end, over all attempts, not while an execution waits to be resumed."""
    execution = running_execution(store)
    store.executions.move(Move(execution_id=execution.execution_id, attempt=1, status=S.CANCELLED)).result()
    first = store.executions.get(execution.execution_id, owner=OWNER)
    assert first.started_at is not None
    assert first.ended_at is not None
    assert first.duration_seconds == pytest.approx((first.ended_at - first.started_at).total_seconds(), abs=1e-6)
    store.executions.resume([execution.execution_id], owner=OWNER).result()
    waiting = store.executions.get(execution.execution_id, owner=OWNER)
    assert (waiting.duration_seconds, waiting.ended_at) == (first.duration_seconds, None)
    start(store, execution.execution_id, attempt=2)
    assert (store.executions.get(execution.execution_id, owner=OWNER).duration_seconds or 0) > first.duration_seconds


def test_totals_add_up_over_attempts(store: Store):
    """Usage of an execution is what all its attempts used."""
    execution = finished_execution(store, error=RuntimeError("no"), model="openai/gpt-4o-mini")
    once = execution.usage
    assert (once.model_calls, once.input_tokens, once.tool_calls) == (2, 500, 1)
    assert once.cost_usd == pytest.approx((500 * 0.15 + 130 * 0.6) / 1e6)
    store.executions.resume([execution.execution_id], owner=OWNER).result()
    start(store, execution.execution_id, attempt=2)
    run_to_end(store, execution, RESEARCH[1:], model="openai/gpt-4o-mini", attempt=2)
    total = store.executions.get(execution.execution_id, owner=OWNER).usage
    assert (total.model_calls, total.input_tokens, total.output_tokens) == (3, 800, 210)


def test_progress_is_on_the_execution(store: Store):
    """While it runs, an execution says how many tasks are done and which are running."""
    execution = running_execution(store)
    store.events.append(task_events(execution, 0, RESEARCH[0], 2))
    store.events.append(
        [
            TaskStarted(execution_id=execution.execution_id, task_name="report", task_index=1),
            TaskStarted(execution_id=execution.execution_id, task_name="check", task_index=2),
        ]
    )
    assert store.events.flush(60)
    read = store.executions.get(execution.execution_id, owner=OWNER)
    assert (read.tasks_done, read.tasks_total, read.current_task) == (1, 2, "report, check")


def test_resume_hands_out_what_was_paid_for(store: Store):
    """The next attempt gets the outputs of finished tasks, and who paid for them; the failed one is not among them."""
    works = (Work("research", "found", output_json={"n": 1}), Work("report", "never"))
    execution = finished_execution(store, tasks=works, error=RuntimeError("no"))
    assert store.executions.resume([execution.execution_id], owner=OWNER).result() == [(execution.execution_id, 2)]
    claim = store.executions.claim(execution.execution_id, 2).result()
    assert claim is not None
    assert [(t.task_name, t.attempt, t.output, t.output_json) for t in claim.finished_tasks] == [
        ("research", 1, "found", {"n": 1})
    ]
    assert claim.execution.error is None
    assert store.executions.finished_tasks(execution.execution_id, owner=OWNER) == list(claim.finished_tasks)


def test_resume_leaves_others_alone(store: Store):
    """Completed and running executions, and those of another owner, are not resumed."""
    completed, running = finished_execution(store), running_execution(store)
    foreign = finished_execution(store, owner="eve", error=RuntimeError("no"))
    ids = [completed.execution_id, running.execution_id, foreign.execution_id, new_id()]
    assert store.executions.resume(ids, owner=OWNER).result() == []


def test_interrupt_ends_open_tasks(store: Store):
    """A shutdown leaves neither a running execution nor a running task behind."""
    execution = running_execution(store)
    store.events.append(task_events(execution, 0, RESEARCH[0], 2)[:1])
    assert store.executions.interrupt([execution.execution_id, new_id()], "The app was stopped.").result() == 1
    read = store.executions.get(execution.execution_id, owner=OWNER)
    assert (read.status, read.status_message) == (S.INTERRUPTED, "The app was stopped.")
    tasks = store.frames.read("tasks", owner=OWNER).to_pylist()
    assert [(task["status"], task["ended_at"] is None) for task in tasks] == [("interrupted", False)]


def test_recover_interrupts_what_a_dead_process_left(data):
    """After a restart nothing is in flight: background work still waits, foreground work does not."""
    first = Store.open(data)
    running = running_execution(first)
    first.events.append(task_events(running, 0, RESEARCH[0], 2)[:3])
    background, foreground = new_execution(), new_execution(origin="foreground")
    first.executions.add([background, foreground]).result()
    completed = finished_execution(first)
    first.close()
    again = Store.open(data)
    recovery = again.executions.recover()
    assert (recovery.interrupted, recovery.pending) == (2, 1)
    statuses = [_status(again, e.execution_id) for e in (running, background, foreground, completed)]
    assert statuses == [S.INTERRUPTED, S.PENDING, S.INTERRUPTED, S.COMPLETED]
    task = again.frames.read("tasks", owner=OWNER, execution_ids=[running.execution_id]).to_pylist()[0]
    assert (task["status"], task["model_calls"], task["input_tokens"]) == ("interrupted", 1, 200)
    again.close()


def test_queue_takes_turns(store: Store):
    """A batch of one owner does not hold up another batch, a single launch, or another owner."""
    batches = [new_batch("a"), new_batch("b"), new_batch("c", owner="eve")]
    ids: dict[str, str] = {}
    for batch in batches:
        rows = [new_execution(owner=batch.owner, batch_id=batch.batch_id, row_number=n) for n in (1, 2)]
        store.executions.add(rows, batch).result()
        ids |= {row.execution_id: f"{batch.name}{row.row_number}" for row in rows}
    single = new_execution()
    store.executions.add([single]).result()
    ids[single.execution_id] = "single"
    queue = [ids[p.execution_id] for p in store.executions.pending(QueueRoom(10), background_only=True)]
    assert queue == ["a1", "c1", "b1", "c2", "single", "a2", "b2"]


def test_priority_goes_first_and_foreground_is_not_served(store: Store):
    """A higher priority precedes; the background queue does not hold what a foreground command runs itself."""
    low, foreground = new_execution(), new_execution(origin="foreground")
    high = new_execution(options={"priority": 5})
    store.executions.add([low, foreground, high]).result()
    served = store.executions.pending(QueueRoom(10), background_only=True)
    assert [p.execution_id for p in served] == [high.execution_id, low.execution_id]
    assert len(store.executions.pending(QueueRoom(10), background_only=False)) == 3
    assert len(store.executions.pending(QueueRoom(1), background_only=False)) == 1


def test_who_has_less_running_goes_first(store: Store):
    """With room for one at a time the owner who came first does not get it every time, nor the first batch."""
    store.executions.add([new_execution(owner="ann") for _ in range(2)]).result()
    store.executions.add([new_execution(owner="bob")]).result()
    busy = QueueRoom(1, running={("ann", None): 1})
    assert [p.owner for p in store.executions.pending(busy, background_only=True)] == ["bob"]
    first, second = new_batch("first", owner="eve"), new_batch("second", owner="eve")
    for batch in (first, second):
        store.executions.add([new_execution(owner="eve", batch_id=batch.batch_id, row_number=1)], batch).result()
    busy = QueueRoom(9, running={("ann", None): 5, ("bob", None): 5, ("eve", first.batch_id): 1})
    assert store.executions.pending(busy, background_only=True)[0].batch_id == second.batch_id


def test_priority_is_among_those_of_one_owner(store: Store):
    """Nobody gets ahead of another owner by it."""
    ann = new_execution(owner="ann")
    bob = [new_execution(owner="bob", options={"priority": number}) for number in (1, 9)]
    for execution in (ann, *bob):
        store.executions.add([execution]).result()
    served = [p.execution_id for p in store.executions.pending(QueueRoom(9), background_only=True)]
    assert served == [ann.execution_id, bob[1].execution_id, bob[0].execution_id]


def test_the_queue_gives_out_no_more_than_the_caps(store: Store):
    """Of an owner and of a batch, what runs already counts; others are not held up."""
    batch = new_batch("a", owner="ann")
    store.executions.add(
        [new_execution(owner="ann", batch_id=batch.batch_id, row_number=n) for n in range(4)], batch
    ).result()
    store.executions.add([new_execution(owner="ann") for _ in range(4)]).result()
    store.executions.add([new_execution(owner="bob") for _ in range(4)]).result()
    room = QueueRoom(99, per_owner=3, per_batch=2, running={("ann", batch.batch_id): 1})
    served = store.executions.pending(room, background_only=True)
    assert Counter((p.owner, p.batch_id) for p in served) == {
        ("ann", batch.batch_id): 1,
        ("ann", None): 1,
        ("bob", None): 3,
    }


def test_what_needs_a_worker_of_its_own_is_given_out_apart(store: Store):
    """It takes no room from the others, and the others none from it."""
    store.executions.add([new_execution(dedicated="it blocks") for _ in range(3)]).result()
    store.executions.add([new_execution() for _ in range(3)]).result()
    for shared, alone in [(2, 1), (0, 2), (2, 0)]:
        served = store.executions.pending(QueueRoom(shared, alone), background_only=True)
        assert Counter(p.dedicated for p in served) == Counter({None: shared, "it blocks": alone}) + Counter()


def test_many_are_read_at_once_in_the_order_asked(store: Store):
    """With their documents; one that is not there, or is somebody else's, is named."""
    added = [new_execution() for _ in range(3)]
    store.executions.add(added).result()
    names = [execution.execution_id for execution in reversed(added)]
    read = store.executions.get_all(names, owner=OWNER)
    assert [(e.execution_id, e.document) for e in read] == [(e.execution_id, e.document) for e in reversed(added)]
    assert {e.execution_id for e in store.executions.find_all([*names, "nothing"], owner=OWNER)} == set(names)
    with pytest.raises(ExecutionNotFoundError):
        store.executions.get_all(names, owner="eve")


def test_find_filters_sorts_and_pages(store: Store):
    """Status, definition, batch and text narrow the list down; pages follow each other without gaps."""
    tea = finished_execution(store, inputs={"topic": "Green Tea"})
    coffee = finished_execution(store, name="ticket-triage", error=RuntimeError("kettle is cold"))
    waiting = new_execution()
    store.executions.add([waiting]).result()

    def found(**filters: object) -> list[str]:
        return [e.execution_id for e in store.executions.find(owner=OWNER, **filters)]

    assert found() == [waiting.execution_id, coffee.execution_id, tea.execution_id]
    assert found(status="failed") == [coffee.execution_id]
    assert found(status=[S.COMPLETED, "pending"]) == [waiting.execution_id, tea.execution_id]
    assert found(definition="ticket-triage") == [coffee.execution_id]
    assert found(text="green t") == [tea.execution_id]
    assert found(text="KETTLE") == [coffee.execution_id]
    assert found(limit=1, offset=1) == [coffee.execution_id]
    assert found(sort="total_tokens", descending=False)[-1] == waiting.execution_id
    assert store.executions.count(owner=OWNER, text="tea") == 3
    assert store.executions.find(owner=OWNER)[0].document == {}


@pytest.mark.parametrize("sort", ["output; DROP TABLE executions", "owner"])
def test_only_known_columns_sort(store: Store, sort: str):
    """A sort that is not on the list is refused with the list."""
    with pytest.raises(Exception, match="cannot be sorted"):
        store.executions.find(owner=OWNER, sort=sort)


def test_batch_counts_its_executions(store: Store):
    """A batch says how many executions have which status, and lists them in the order of its rows."""
    batch = new_batch()
    rows = [new_execution(batch_id=batch.batch_id, row_number=n) for n in (1, 2, 3)]
    store.executions.add(rows[::-1], batch).result()
    store.executions.move(Move(execution_id=rows[0].execution_id, attempt=1, status=S.CANCELLED)).result()
    read = store.executions.batch(batch.batch_id, owner=OWNER)
    assert (read.size, read.counts, read.ended, read.input_columns) == (
        3,
        {"cancelled": 1, "pending": 2},
        1,
        ("topic",),
    )
    listed = store.executions.batch_executions(batch.batch_id, owner=OWNER)
    assert [e.row_number for e in listed] == [1, 2, 3]
    assert store.executions.batches(owner=OWNER) == [read]
    with pytest.raises(ExecutionNotFoundError):
        store.executions.batch(batch.batch_id, owner="eve")


def test_spend_counts_priced_calls(store: Store):
    """Spend is the cost of priced calls; a rehearsal has none, which is not the same as zero."""
    finished_execution(store)
    assert store.executions.spend_usd(owner=OWNER) is None
    priced = finished_execution(store, model="openai/gpt-4o-mini")
    assert store.executions.spend_usd(owner=OWNER) == pytest.approx(priced.usage.cost_usd)
    assert store.executions.spend_usd(owner=OWNER, since=priced.ended_at.replace(year=2099)) is None
    assert store.executions.counts(owner=OWNER) == {"completed": 2}


def test_unknown_execution_is_an_error(store: Store):
    """Asking for what is not there says so."""
    with pytest.raises(ExecutionNotFoundError, match="There is no execution"):
        store.executions.get("nonsense", owner=OWNER)
