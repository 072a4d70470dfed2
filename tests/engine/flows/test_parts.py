"""Parts of flows that are stopped at an awkward moment: none is left behind."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import Any

import pytest

from crewlab.executions.execution import Claim, NewExecution
from crewlab.executions.status import ExecutionStatus as S
from tests.engine import fakes
from tests.engine.flows.conftest import FlowBench, flow


def test_a_part_that_is_begun_while_its_step_is_stopped_ends_with_it(bench: FlowBench, monkeypatch: Any):
    """The answer of the store comes too late: what it has begun is ended, and not left in flight for ever."""
    asked, go = threading.Event(), threading.Event()
    begin = bench.home.begin_child

    def late(execution: NewExecution, like: str | None) -> Future[Claim]:
        claimed: Future[Claim] = Future()

        def answer() -> None:
            asked.set()
            go.wait(10)
            claimed.set_result(begin(execution, like).result())

        threading.Thread(target=answer).start()
        return claimed

    monkeypatch.setattr(bench.home, "begin_child", late)
    execution_id = bench.launch(flow(work={"start": True, "do": ["draft"]}))
    assert asked.wait(10)
    bench.engine.stop([execution_id])
    go.set()
    assert bench.wait(execution_id).status is S.CANCELLED
    (part,) = bench.children(execution_id)
    assert (part.status, bench.crewai.calls["draft"]) == (S.CANCELLED, 0)


def test_a_part_that_is_stopped_twice_ends(bench: FlowBench, monkeypatch: pytest.MonkeyPatch):
    """Its step runs out of time, and while it tidies up the flow is cancelled."""
    closing, leave = threading.Event(), threading.Event()

    async def slow_close(crew: fakes.FakeCrew, error: BaseException | None) -> None:
        closing.set()
        await asyncio.to_thread(leave.wait, 10)
        crew.let_go()

    monkeypatch.setattr(fakes.FakeCrew, "close", slow_close)
    bench.crewai.answers = {"draft": fakes.TOO_LONG}
    execution_id = bench.launch(flow(work={"start": True, "do": ["draft"], "timeout_seconds": 60}))
    assert closing.wait(10)
    bench.engine.stop([execution_id])
    leave.set()
    assert bench.wait(execution_id).status is S.CANCELLED
    (part,) = bench.children(execution_id)
    assert part.status is S.CANCELLED
    (step,) = bench.steps(execution_id)
    assert step.ended_at is not None
    assert step.ended_at >= part.ended_at
