"""Running with `await`, streams of events and subscriptions: in a loop, in scripts and in threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from crewlab import bridge
from crewlab.errors import CrewLabError, InputsError
from crewlab.executions.events import BaseEvent, StatusChanged, TaskCompleted
from crewlab.lab import Lab
from tests.conftest import wait_until
from tests.engine.fakes import HANG, FakeCrewAI, document, task

TOPIC = document(task("write", description="Write about {topic}"))
KINDS = ["status_changed", "status_changed", "status_changed", "task_started", "model_call_completed", "task_completed"]
BEES = {"topic": "bees"}


async def until(condition: Callable[[], object]) -> None:
    """Let the loop go on until `condition()` is true."""
    for _ in range(3000):
        if condition():
            return
        await asyncio.sleep(0.01)
    pytest.fail("waited for 30 s")


@pytest.fixture
def crewai(monkeypatch: pytest.MonkeyPatch) -> FakeCrewAI:
    fake = FakeCrewAI({"write": lambda request: f"about {request.inputs.get('topic')}"})
    monkeypatch.setattr(bridge, "load", lambda: fake)
    return fake


@pytest.fixture
def lab(data: Path, crewai: FakeCrewAI) -> Iterator[Lab]:
    with Lab.open() as opened:
        yield opened


def test_arun_leaves_the_loop_free(lab: Lab, crewai: FakeCrewAI):
    """Other coroutines of a notebook go on while an execution runs; many may be awaited at once."""
    answer: Future[str] = Future()
    crewai.answers["write"] = answer

    async def cell() -> list[str]:
        running = [asyncio.create_task(lab.arun(TOPIC, {"topic": str(n)})) for n in range(8)]
        await until(lambda: crewai.now == 8)
        answer.set_result("written")
        return [execution.status for execution in await asyncio.gather(*running)]

    assert asyncio.run(cell()) == ["completed"] * 8


def test_arun_raises_before_anything_starts(lab: Lab):
    """Missing inputs are an error of the caller, as with `run`."""
    with pytest.raises(InputsError):
        asyncio.run(lab.arun(TOPIC))
    assert lab.count_executions() == 0


def test_a_cancelled_arun_stops_its_execution(lab: Lab, crewai: FakeCrewAI):
    """Nobody waits any more: it becomes interrupted, and can be resumed."""
    crewai.answers["write"] = HANG

    async def cell() -> None:
        running = asyncio.create_task(lab.arun(TOPIC, BEES))
        await until(lambda: crewai.calls["write"])
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(cell())
    wait_until(lambda: lab.counts() == {"interrupted": 1}, "the execution to be interrupted")
    assert lab.engine.watched == 0


def test_arun_each_keeps_order_and_concurrency(lab: Lab, crewai: FakeCrewAI):
    """As `run_each`: failures among the results, progress on the way."""

    def answer(request):
        if request.inputs["topic"] == "3":
            raise ValueError("three is bad")
        return request.inputs["topic"]

    crewai.answers["write"] = answer
    told = []
    rows = [{"topic": str(n)} for n in range(9)]
    done = asyncio.run(lab.arun_each(TOPIC, rows, concurrency=2, on_progress=told.append))
    assert [execution.output for execution in done] == [None if n == 3 else str(n) for n in range(9)]
    assert told[-1].counts == {"completed": 8, "failed": 1}
    assert crewai.most_at_once <= 2


def test_arun_says_that_the_lab_was_closed(lab: Lab, crewai: FakeCrewAI):
    """Closing the lab lets go of whoever awaits."""
    crewai.answers["write"] = HANG

    async def cell() -> None:
        running = asyncio.create_task(lab.arun(TOPIC, BEES))
        await until(lambda: crewai.calls["write"])
        lab.close()
        await running

    with pytest.raises(CrewLabError):
        asyncio.run(cell())


def test_stream_gives_every_event_in_order(lab: Lab):
    """From `pending` to the end, each with its sequence, none twice, none missing."""

    async def cell() -> list[BaseEvent]:
        return [event async for event in lab.stream(TOPIC, BEES)]

    events = asyncio.run(cell())
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert sorted(event.kind for event in events) == sorted([*KINDS, "status_changed"])
    assert isinstance(events[-1], StatusChanged)
    assert events[-1].status == "completed"
    assert [event for _, event in lab.events(events[0].execution_id)] == events


def test_stream_sync_is_the_same_on_any_thread(lab: Lab):
    """The twin for scripts; several at once, each with its own execution."""
    found: dict[str, list[BaseEvent]] = {}

    def follow(topic: str) -> None:
        found[topic] = list(lab.stream_sync(TOPIC, {"topic": topic}))

    threads = [threading.Thread(target=follow, args=(f"t{n}",)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for topic, events in found.items():
        assert len({event.execution_id for event in events}) == 1
        assert [event.output for event in events if isinstance(event, TaskCompleted)] == [f"about {topic}"]
    assert len(found) == 5


def test_leaving_a_stream_early_stops_its_execution(lab: Lab, crewai: FakeCrewAI):
    """`break` is as good as a cancel."""
    crewai.answers["write"] = HANG
    for event in lab.stream_sync(TOPIC, BEES):
        if event.kind == "task_started":
            break
    wait_until(lambda: lab.counts() == {"interrupted": 1}, "the execution to be interrupted")

    async def cell() -> None:
        stream = lab.stream(TOPIC, BEES)
        async for event in stream:
            if event.kind == "task_started":
                break
        await stream.aclose()  # type: ignore[attr-defined]  # what the end of the loop does, sooner or later

    asyncio.run(cell())
    wait_until(lambda: lab.counts() == {"interrupted": 2}, "the other one too")


def test_subscribe_hears_of_what_it_asked_for(lab: Lab):
    """Each event of the kinds, in order, over all executions; after `close` none."""
    heard: list[BaseEvent] = []
    with lab.subscribe(["task_completed"], heard.append) as subscription:
        lab.run_each(TOPIC, [{"topic": str(n)} for n in range(20)], concurrency=1)
        wait_until(lambda: len(heard) == 20, "all to be heard")
    assert [event.output for event in heard if isinstance(event, TaskCompleted)] == [f"about {n}" for n in range(20)]
    assert (subscription.delivered, subscription.dropped, subscription.failed) == (20, 0, 0)
    lab.run(TOPIC, BEES)
    assert len(heard) == 20


def test_a_broken_subscriber_fails_nothing(lab: Lab):
    """It raises at each event, is called for the next one all the same, and says what was wrong."""

    def broken(event: BaseEvent) -> None:
        raise RuntimeError(event.kind)

    subscription = lab.subscribe(None, broken)
    assert lab.run(TOPIC, BEES).status == "completed"
    wait_until(lambda: subscription.failed == 7, "seven events to fail")
    assert isinstance(subscription.last_error, RuntimeError)


def test_a_slow_subscriber_delays_nothing_and_misses_visibly(data: Path, crewai: FakeCrewAI):
    """While it hangs, executions go on; what does not fit into its queue is counted; closing does not wait for it."""
    hangs, free = threading.Event(), threading.Event()

    def slow(event: BaseEvent) -> None:
        hangs.set()
        free.wait(90)

    with Lab.open() as lab:
        subscription = lab._subscriptions.add(None, slow, largest=3)
        first = lab.run(TOPIC, {"topic": "first"})
        assert hangs.wait(60)
        done = [first, *lab.run_each(TOPIC, [{"topic": str(n)} for n in range(5)])]
        assert {execution.status for execution in done} == {"completed"}
        told = sum(len(lab.events(execution.execution_id)) for execution in done)
        wait_until(lambda: subscription.dropped == told - 1 - 3, "everything to be accounted for")
        assert subscription.delivered == 1
    free.set()


def test_a_kind_that_does_not_exist_is_refused(lab: Lab):
    """A misspelt kind would otherwise never be heard of."""
    with pytest.raises(InputsError, match="task_finished"):
        lab.subscribe(["task_finished"], print)
