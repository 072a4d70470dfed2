"""Who runs next."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from crewlab.engine.attempt import AttemptRef
from crewlab.engine.homes.home import QueuePage
from crewlab.engine.pool.dispatcher import Dispatcher
from crewlab.engine.pool.room import Caps
from crewlab.errors import StoreError
from crewlab.executions.queue_room import QueueRoom
from tests.conftest import wait_until


class Queue:
    """A queue in memory and a record of what was started from it."""

    def __init__(self) -> None:
        self.waiting: list[AttemptRef] = []
        self.caps = Caps(shared=2)
        self.reads = 0
        self.fails = 0
        self.started: list[AttemptRef] = []
        self.on_start: Callable[[], None] = lambda: None
        self.on_read: Callable[[], None] = lambda: None

    def pending(self, room: QueueRoom) -> QueuePage:
        self.reads += 1
        if self.fails:
            self.fails -= 1
            raise StoreError("the disk is full")
        alone = [ref for ref in self.waiting if ref.dedicated]
        given = [ref for ref in self.waiting if not ref.dedicated][: room.shared] + alone[: room.dedicated]
        self.on_read()
        return QueuePage(given, len(self.waiting) - len(given))

    def start(self, ref: AttemptRef) -> None:
        if ref in self.waiting:
            self.waiting.remove(ref)
        self.on_start()
        self.started.append(ref)


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def dispatcher(queue: Queue) -> Iterator[Dispatcher]:
    made = Dispatcher(lambda: queue.caps, queue.start, queue.pending)
    yield made
    made.close(2.0)


def refs(name: str, count: int) -> list[AttemptRef]:
    return [AttemptRef(f"{name}{number}", 1) for number in range(count)]


def test_no_more_is_started_than_there_is_room(dispatcher: Dispatcher, queue: Queue):
    """The next one starts when one has ended."""
    dispatcher.offer(refs("a", 3))
    assert queue.started == refs("a", 2)
    dispatcher.ended(AttemptRef("a0", 1))
    assert queue.started == refs("a", 3)


def test_offers_take_turns(dispatcher: Dispatcher, queue: Queue):
    """A large batch does not keep a small one waiting until it is done."""
    dispatcher.offer(refs("big", 10))
    dispatcher.offer(refs("small", 2))
    for ref in refs("big", 2):
        dispatcher.ended(ref)
    assert {ref.execution_id for ref in queue.started[2:]} == {"big2", "small0"}


def test_an_offer_may_limit_itself(dispatcher: Dispatcher, queue: Queue):
    """Its limit holds though there is room, and leaves the room to others."""
    dispatcher.offer(refs("a", 3), 1)
    dispatcher.offer(refs("b", 1))
    assert [ref.execution_id for ref in queue.started] == ["a0", "b0"]
    dispatcher.ended(AttemptRef("b0", 1))
    assert len(queue.started) == 2
    dispatcher.ended(AttemptRef("a0", 1))
    assert queue.started[-1].execution_id == "a1"


def test_offers_and_the_queue_take_turns(dispatcher: Dispatcher, queue: Queue):
    """A large offer does not keep the queue waiting until it is done, nor the other way round."""
    dispatcher.offer(refs("a", 6))
    queue.waiting = refs("q", 6)
    dispatcher.serve()
    for number in range(3):
        dispatcher.ended(AttemptRef(f"a{number}", 1))
        wait_until(lambda number=number: AttemptRef(f"q{number}", 1) in queue.started, f"q{number} to start")
        dispatcher.claimed(AttemptRef(f"q{number}", 1))
        dispatcher.ended(AttemptRef(f"q{number}", 1))
        wait_until(lambda number=number: AttemptRef(f"a{number + 2}", 1) in queue.started, f"a{number + 2} to start")


def test_the_queue_is_read_only_when_served(dispatcher: Dispatcher, queue: Queue):
    """A process that only offers its own work never takes from the queue."""
    queue.waiting = refs("q", 1)
    dispatcher.offer(refs("a", 1))
    dispatcher.ended(AttemptRef("a0", 1))
    assert not dispatcher.serves
    assert queue.reads == 0
    dispatcher.serve()
    wait_until(lambda: AttemptRef("q0", 1) in queue.started, "the queue to be served")


def test_the_queue_goes_on_as_room_is_freed(dispatcher: Dispatcher, queue: Queue):
    """Everything pending is started in time, never more than there is room for."""
    queue.waiting = refs("q", 5)
    dispatcher.serve()
    for number in range(5):
        ref = AttemptRef(f"q{number}", 1)
        wait_until(lambda ref=ref: ref in queue.started, f"{ref} to start")
        assert dispatcher.running <= 2
        dispatcher.claimed(ref)
        if number >= 1:
            dispatcher.ended(AttemptRef(f"q{number - 1}", 1))


def test_the_queue_is_not_read_before_the_claims_are_answered(dispatcher: Dispatcher, queue: Queue):
    """What was just started would still look pending."""
    queue.waiting, queue.on_start = refs("q", 1), dispatcher.serve
    dispatcher.serve()
    wait_until(lambda: queue.started, "the first start")
    assert queue.reads == 1
    dispatcher.claimed(AttemptRef("q0", 1))
    wait_until(lambda: queue.reads == 2, "the queue to be read again")
    assert queue.started == refs("q", 1)


def test_room_that_gets_free_while_the_queue_is_read_is_used(dispatcher: Dispatcher, queue: Queue):
    """The read did not know of it; another one follows."""
    dispatcher.offer(refs("a", 2))
    queue.waiting = refs("q", 3)
    queue.on_read = lambda: dispatcher.ended(AttemptRef("a1", 1))
    dispatcher.serve()
    dispatcher.ended(AttemptRef("a0", 1))
    for number in range(2):
        wait_until(lambda number=number: AttemptRef(f"q{number}", 1) in queue.started, f"q{number} to start")
        dispatcher.claimed(AttemptRef(f"q{number}", 1))


def test_nothing_polls(dispatcher: Dispatcher, queue: Queue):
    """An empty queue is read once and not again until something is announced."""
    dispatcher.serve()
    wait_until(lambda: queue.reads == 1 and not dispatcher._may_be_left, "the first read to be over")
    dispatcher.offer(refs("a", 1))
    dispatcher.claimed(AttemptRef("a0", 1))
    dispatcher.ended(AttemptRef("a0", 1))
    assert queue.reads == 1


def test_a_store_in_trouble_is_asked_again(dispatcher: Dispatcher, queue: Queue, monkeypatch: pytest.MonkeyPatch):
    """A read that fails does not end the service."""
    monkeypatch.setattr("crewlab.engine.pool.dispatcher.RETRY_SECONDS", 0.01)
    queue.waiting, queue.fails = refs("q", 1), 2
    dispatcher.serve()
    wait_until(lambda: queue.started, "the queue to be served in spite of two failures")


def test_withdrawn_work_is_not_started(dispatcher: Dispatcher, queue: Queue):
    """What did not start is given back; what runs is not."""
    dispatcher.offer(refs("a", 4))
    assert dispatcher.withdraw({"a0", "a2"}) == [AttemptRef("a2", 1)]
    dispatcher.ended(AttemptRef("a0", 1))
    assert [ref.execution_id for ref in queue.started] == ["a0", "a1", "a3"]


def test_the_same_attempt_is_not_started_twice(dispatcher: Dispatcher, queue: Queue):
    """An attempt that runs is skipped when it is offered again."""
    dispatcher.offer(refs("a", 1))
    dispatcher.offer(refs("a", 1))
    assert queue.started == refs("a", 1)


def test_what_is_not_claimed_yet_is_not_counted_as_working(dispatcher: Dispatcher, queue: Queue):
    """Until its claim is answered the store counts it as pending, so nobody sees it twice."""
    dispatcher.offer(refs("a", 2))
    assert (dispatcher.running, dispatcher.working) == (2, 0)
    dispatcher.claimed(AttemptRef("a0", 1))
    assert dispatcher.working == 1
    dispatcher.ended(AttemptRef("a0", 1))
    dispatcher.claimed(AttemptRef("a0", 1))
    assert dispatcher.working == 0, "an answer that comes after the end counts nothing"


def alone(name: str, count: int) -> list[AttemptRef]:
    """Attempts that need a worker of their own."""
    return [AttemptRef(f"{name}{number}", 1, dedicated="it blocks") for number in range(count)]


def test_what_blocks_and_what_shares_do_not_take_each_other_s_room(dispatcher: Dispatcher, queue: Queue):
    """A queue of blocking executions keeps nobody waiting who may share a worker, nor the other way round."""
    queue.caps = Caps(shared=2, dedicated=1)
    queue.waiting = alone("d", 3) + refs("q", 3)
    dispatcher.serve()
    wait_until(lambda: len(queue.started) == 3, "both kinds to start")
    assert {ref.execution_id for ref in queue.started} == {"d0", "q0", "q1"}
    for ref in list(queue.started):
        dispatcher.claimed(ref)
    dispatcher.ended(AttemptRef("d0", 1))
    wait_until(lambda: len(queue.started) == 4, "the next to start")
    assert queue.started[-1].execution_id == "d1"


def test_an_owner_has_no_more_than_the_cap(dispatcher: Dispatcher, queue: Queue):
    """There is room, but not for this owner; it goes on when one of its own ends."""
    queue.caps = Caps(shared=9, per_owner=1)
    dispatcher.offer([AttemptRef("a0", 1, "ann"), AttemptRef("a1", 1, "ann")])
    dispatcher.offer([AttemptRef("b0", 1, "bob")])
    assert [ref.execution_id for ref in queue.started] == ["a0", "b0"]
    dispatcher.ended(AttemptRef("a0", 1))
    assert queue.started[-1].execution_id == "a1"


def test_a_batch_has_no_more_than_the_cap(dispatcher: Dispatcher, queue: Queue):
    """The cap of a batch does not concern what is in none."""
    queue.caps = Caps(shared=9, per_batch=1)
    dispatcher.offer([AttemptRef(f"a{number}", 1, "ann", "batch") for number in range(2)])
    dispatcher.offer([AttemptRef(f"b{number}", 1, "ann") for number in range(2)])
    assert sorted(ref.execution_id for ref in queue.started) == ["a0", "b0", "b1"]


def test_a_paused_dispatcher_starts_nothing(dispatcher: Dispatcher, queue: Queue):
    """Neither what is offered nor what is queued, nor what moves up when something ends; then all of it."""
    dispatcher.offer(refs("r", 1))
    dispatcher.pause()
    queue.waiting = refs("q", 1)
    dispatcher.serve()
    dispatcher.offer(refs("a", 1))
    dispatcher.ended(AttemptRef("r0", 1))
    assert (queue.started, queue.reads) == (refs("r", 1), 0)
    dispatcher.go_on()
    wait_until(lambda: len(queue.started) == 3, "everything to start")


def test_a_cap_that_is_raised_counts_at_once(dispatcher: Dispatcher, queue: Queue):
    """The caps are asked anew; nobody has to end first."""
    dispatcher.offer(refs("a", 4))
    assert len(queue.started) == 2
    queue.caps = Caps(shared=3)
    dispatcher.go_on()
    assert len(queue.started) == 3
