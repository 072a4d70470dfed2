"""The engine as a whole: pool, dispatcher and runner together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from crewlab.engine.attempt import CANCELLED, AttemptRef
from crewlab.engine.engine import Engine
from crewlab.errors import EngineClosedError
from crewlab.executions.status import ExecutionStatus
from tests.conftest import wait_until
from tests.engine.fakes import HANG, FakeCrewAI, FakeHome, Meeting, document, execution, task

MakeEngine = Callable[..., Engine]


def many(count: int, **fields) -> FakeHome:
    return FakeHome(*(execution(f"e{number}", **fields) for number in range(count)))


def test_everything_offered_is_run(make_engine: MakeEngine):
    """More than there is room for, each exactly once."""
    home, crewai = many(50), FakeCrewAI()
    engine = make_engine(home, crewai, workers=2, admission=4)
    watch = engine.watch(home.executions)
    engine.submit([AttemptRef(name, 1) for name in home.executions])
    assert watch.wait(60)
    assert {e.status for e in home.executions.values()} == {ExecutionStatus.COMPLETED}
    assert home.claims == crewai.calls["write"] == 50


def test_admission_holds(make_engine: MakeEngine):
    """Workers times admission at a time, and never more."""
    home, crewai = many(20), FakeCrewAI({"write": Meeting(6)})
    engine = make_engine(home, crewai, workers=2, admission=3)
    watch = engine.watch(home.executions)
    engine.submit([AttemptRef(name, 1) for name in home.executions])
    assert watch.wait(60)
    assert crewai.most_at_once == 6


def test_no_thread_exists_before_one_is_needed(make_engine: MakeEngine):
    """A lab that only reads costs no thread."""
    before = set(threading.enumerate())
    make_engine(many(1), FakeCrewAI())
    assert set(threading.enumerate()) <= before


def test_only_an_engine_that_serves_takes_from_the_queue(make_engine: MakeEngine):
    """What is pending in the background waits for `serve`."""
    home = many(3, origin="background")
    engine = make_engine(home, FakeCrewAI())
    engine.warm_up()
    assert engine.taken(home.executions) == set()
    engine.serve()
    assert engine.taken(home.executions) == set(home.executions)
    wait_until(lambda: all(e.status.is_terminal for e in home.executions.values()), "the queue to be served")


def test_two_engines_on_one_home_never_run_the_same_attempt(make_engine: MakeEngine):
    """Claims decide: each attempt is paid once, and both callers learn of the end."""
    home, crewai = many(30), FakeCrewAI()
    refs = [AttemptRef(name, 1) for name in home.executions]
    engines = [make_engine(home, crewai), make_engine(home, crewai)]
    for engine in engines:
        engine.submit(refs)
    wait_until(lambda: all(e.status.is_terminal for e in home.executions.values()), "all ends")
    wait_until(lambda: home.claims == 60, "all claims")
    assert crewai.calls["write"] == 30


def test_stop_reaches_a_crowded_loop_quickly(make_engine: MakeEngine):
    """With a whole worker's admission on one loop, a cancel costs a moment, not a turn of everything."""
    home, crewai = many(64), FakeCrewAI({"write": HANG})
    engine = make_engine(home, crewai, workers=1)
    engine.submit([AttemptRef(name, 1) for name in home.executions])
    wait_until(lambda: crewai.calls["write"] == 64, "all to run")
    begin = time.process_time()
    assert engine.stop(["e63"], CANCELLED) == {"e63"}
    wait_until(lambda: home.status("e63").is_terminal, "the cancel")
    assert time.process_time() - begin < 0.5


def test_a_tool_that_exits_fails_its_execution_only(make_engine: MakeEngine):
    """`sys.exit` in foreign code ends neither the worker nor the others."""

    def leave(request):
        raise SystemExit(3)

    home = FakeHome(execution("bad", document=document(task("exit"))), execution("good", document=document(task("a"))))
    engine = make_engine(home, FakeCrewAI({"exit": leave, "a": 0.05}), workers=1)
    watch = engine.watch(["bad", "good"])
    engine.submit([AttemptRef("good", 1), AttemptRef("bad", 1)])
    assert watch.wait(60)
    assert home.status("bad") is ExecutionStatus.FAILED
    assert home.status("good") is ExecutionStatus.COMPLETED


def test_close_interrupts_in_time_even_what_does_not_listen(make_engine: MakeEngine):
    """A task that blocks its loop cannot be cancelled; it is marked, and the rest is stopped properly."""
    home, release = FakeHome(execution("deaf"), execution("waiting")), threading.Event()
    crewai = FakeCrewAI({"write": lambda request: release.wait(60)})
    engine = make_engine(home, crewai, workers=1, admission=1)
    engine.submit([AttemptRef("deaf", 1), AttemptRef("waiting", 1)])
    wait_until(lambda: crewai.calls["write"], "the deaf one to run")
    begin = time.monotonic()
    engine.close(0.2)
    assert time.monotonic() - begin < 20, "a moment, and what the machine takes; not the minute of the deaf one"
    assert home.status("deaf") is ExecutionStatus.INTERRUPTED
    assert home.status("waiting") is ExecutionStatus.INTERRUPTED
    release.set()


def test_a_closed_engine_takes_nothing(make_engine: MakeEngine):
    """It says so, instead of never running it."""
    engine = make_engine(many(1), FakeCrewAI())
    engine.close(1.0)
    for refused in (engine.serve, engine.warm_up, lambda: engine.submit([AttemptRef("e0", 1)])):
        with pytest.raises(EngineClosedError):
            refused()


def test_close_gives_crewai_back(make_engine: MakeEngine):
    """Model clients are closed on their loops, and crewAI's own listeners are put back."""
    home, crewai = many(1), FakeCrewAI()
    engine = make_engine(home, crewai)
    watch = engine.watch(["e0"])
    engine.submit([AttemptRef("e0", 1)])
    assert watch.wait(60)
    engine.close(2.0)
    wait_until(lambda: crewai.models_closed, "the loop to be left")
    assert crewai.unloaded
