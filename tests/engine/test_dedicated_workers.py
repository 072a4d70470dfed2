"""Executions that block: on workers of their own, in nobody's way, and ended from outside when they hang."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from crewlab.engine.attempt import AttemptRef
from crewlab.engine.engine import Engine
from crewlab.executions.events import ModelCallCancelled, TaskCancelled
from crewlab.executions.execution import Execution
from crewlab.executions.launch import LaunchOptions
from crewlab.executions.status import ExecutionStatus
from tests.conftest import wait_until
from tests.engine.fakes import FakeCrewAI, FakeHome, document, execution, task

MakeEngine = Callable[..., Engine]
WHY = "it asks on the thread it is on"


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What a blocking task waits for, thread and all."""
    gate = threading.Event()
    yield gate
    gate.set()


@pytest.fixture
def crewai(gate: threading.Event) -> FakeCrewAI:
    return FakeCrewAI({"block": lambda _: gate.wait(60) and "unblocked"})


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crewlab.engine.pool.watchdog.GRACE_SECONDS", 0.05)


def blocking(name: str, **fields) -> Execution:
    return execution(name, document=document(task("block")), dedicated=WHY, **fields)


def test_a_blocking_execution_delays_no_shared_one(make_engine: MakeEngine, crewai: FakeCrewAI, gate: threading.Event):
    """Its thread stands still, and all others run to their end meanwhile."""
    shared = [execution(f"s{number}") for number in range(20)]
    home = FakeHome(*(blocking(f"b{number}") for number in range(3)), *shared)
    engine = make_engine(home, crewai, workers=1, dedicated_workers=2)
    engine.submit([AttemptRef.of(e) for e in home.executions.values()][:3])
    wait_until(lambda: crewai.calls["block"] == 2, "two of three to block")
    watch = engine.watch(e.execution_id for e in shared)
    engine.submit([AttemptRef.of(e) for e in shared])
    assert watch.wait(60)
    assert crewai.calls["block"] == 2, "no more at a time than there are dedicated workers"
    state = engine.state(0)
    assert [worker.reason for worker in state.dedicated] == [WHY, WHY]
    gate.set()
    wait_until(lambda: home.status("b2") is ExecutionStatus.COMPLETED, "the third to follow")


def test_the_log_says_which_worker_and_why(make_engine: MakeEngine, crewai: FakeCrewAI, gate: threading.Event):
    """The status message of a running execution names both."""
    gate.set()
    home = FakeHome(blocking("b"))
    make_engine(home, crewai).submit([AttemptRef.of(home.executions["b"])])
    wait_until(lambda: home.status("b") is ExecutionStatus.COMPLETED, "the end")
    messages = [move.message for move in home.moves if move.status is ExecutionStatus.RUNNING]
    assert messages == [f"1 task, sequential; on crewlab-dedicated-1 alone: {WHY}"]


def test_a_worker_is_used_again(make_engine: MakeEngine, crewai: FakeCrewAI, gate: threading.Event):
    """One after the other needs one thread."""
    gate.set()
    before = set(threading.enumerate())
    home = FakeHome(*(blocking(f"b{number}") for number in range(5)))
    engine = make_engine(home, crewai, dedicated_workers=1)
    watch = engine.watch(home.executions)
    engine.submit([AttemptRef.of(e) for e in home.executions.values()])
    assert watch.wait(60)
    begun = set(threading.enumerate()) - before
    assert sum(thread.name.startswith("crewlab-dedicated") for thread in begun) <= 1


def test_a_hung_execution_is_cancelled_from_outside(make_engine: MakeEngine, crewai: FakeCrewAI, gate: threading.Event):
    """Its loop hears nothing; it ends all the same, its spans closed, and the next one gets another worker."""
    home = FakeHome(blocking("b0"), blocking("b1"))
    engine = make_engine(home, crewai, dedicated_workers=1)
    engine.submit([AttemptRef.of(e) for e in home.executions.values()])
    wait_until(lambda: crewai.calls["block"] == 1, "the first to block")
    engine.stop(["b0"])
    wait_until(lambda: home.status("b0") is ExecutionStatus.CANCELLED, "the first to be cancelled")
    assert [event.execution_id for event in home.of(ModelCallCancelled)] == ["b0"]
    assert [event.execution_id for event in home.of(TaskCancelled)] == ["b0"]
    wait_until(lambda: crewai.calls["block"] == 2, "the next one to run")
    assert engine.state(0).given_up_workers == 1


def test_what_a_hung_execution_does_when_it_comes_back_is_not_recorded(
    make_engine: MakeEngine, crewai: FakeCrewAI, gate: threading.Event
):
    """It has ended; its thread goes away."""
    home = FakeHome(blocking("b0"))
    engine = make_engine(home, crewai)
    engine.submit([AttemptRef.of(home.executions["b0"])])
    wait_until(lambda: crewai.calls["block"] == 1, "it to block")
    engine.stop(["b0"])
    wait_until(lambda: home.status("b0") is ExecutionStatus.CANCELLED, "it to be cancelled")
    events = len(home.events)
    gate.set()
    wait_until(lambda: not any(t.name == "crewlab-dedicated-1" for t in threading.enumerate()), "its thread to end")
    assert len(home.events) == events


def test_a_hung_execution_runs_out_of_time(make_engine: MakeEngine, crewai: FakeCrewAI):
    """The time limit holds though its loop cannot keep it."""
    home = FakeHome(blocking("b", options=LaunchOptions(timeout_seconds=0.05)))
    make_engine(home, crewai).submit([AttemptRef.of(home.executions["b"])])
    wait_until(lambda: home.status("b") is ExecutionStatus.FAILED, "the time limit")
    assert home.executions["b"].reason == "timed_out"
