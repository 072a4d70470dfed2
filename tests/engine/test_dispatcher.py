"""Who runs next."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from crewlab.engine.attempt import AttemptRef
from crewlab.engine.dispatcher import Dispatcher
from crewlab.errors import StoreError
from tests.conftest import wait_until


class Queue:
    """A queue in memory and a record of what was started from it."""

    def __init__(self) -> None:
        self.waiting: list[AttemptRef] = []
        self.reads = 0
        self.fails = 0
        self.started: list[AttemptRef] = []
        self.on_start: Callable[[], None] = lambda: None

    def pending(self, limit: int) -> list[AttemptRef]:
        self.reads += 1
        if self.fails:
            self.fails -= 1
            raise StoreError("the disk is full")
        return self.waiting[:limit]

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
    made = Dispatcher(2, queue.start, queue.pending)
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


def test_nothing_polls(dispatcher: Dispatcher, queue: Queue):
    """An empty queue is read once and not again until something is announced."""
    dispatcher.serve()
    wait_until(lambda: queue.reads == 1, "the first read")
    dispatcher.offer(refs("a", 1))
    dispatcher.claimed(AttemptRef("a0", 1))
    dispatcher.ended(AttemptRef("a0", 1))
    assert queue.reads == 1


def test_a_store_in_trouble_is_asked_again(dispatcher: Dispatcher, queue: Queue, monkeypatch: pytest.MonkeyPatch):
    """A read that fails does not end the service."""
    monkeypatch.setattr("crewlab.engine.dispatcher.RETRY_SECONDS", 0.01)
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
