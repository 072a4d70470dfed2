"""Parts of flows that are stopped at an awkward moment: none is left behind."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import Any

import pytest

from crewlab.errors import StoreError
from crewlab.executions.execution import Begun, Claim, Move, NewExecution
from crewlab.executions.status import ExecutionStatus as S
from tests.engine import fakes
from tests.engine.flows.conftest import FlowBench, flow


def test_a_part_that_is_begun_while_its_step_is_stopped_ends_with_it(bench: FlowBench, monkeypatch: Any):
    """The answer of the store comes too late: what it has begun is ended, and not left in flight for ever."""
    asked, go = threading.Event(), threading.Event()
    begin = bench.home.begin_child

    def late(execution: NewExecution, like: str | None) -> Begun:
        claimed: Future[Claim] = Future()

        def answer() -> None:
            asked.set()
            go.wait(60)
            claimed.set_result(begin(execution, like).stored.result())

        threading.Thread(target=answer).start()
        return Begun(claimed, claimed)

    monkeypatch.setattr(bench.home, "begin_child", late)
    execution_id = bench.launch(flow(work={"start": True, "do": ["draft"]}))
    assert asked.wait(60)
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
        await asyncio.to_thread(leave.wait, 60)
        crew.let_go()

    monkeypatch.setattr(fakes.FakeCrew, "close", slow_close)
    bench.crewai.answers = {"draft": fakes.TOO_LONG}
    execution_id = bench.launch(flow(work={"start": True, "do": ["draft"], "timeout_seconds": 60}))
    assert closing.wait(60)
    bench.engine.stop([execution_id])
    leave.set()
    assert bench.wait(execution_id).status is S.CANCELLED
    (part,) = bench.children(execution_id)
    assert part.status is S.CANCELLED
    (step,) = bench.steps(execution_id)
    assert step.ended_at is not None
    assert step.ended_at >= part.ended_at


def test_a_part_is_made_ready_while_it_is_stored_and_pays_nothing_before(
    bench: FlowBench, monkeypatch: pytest.MonkeyPatch
):
    """What a dead process has paid for must be known to the next one."""
    begun: list[Begun] = []
    stored: Future[Claim] = Future()
    paid: list[bool] = []
    begin = bench.home.begin_child

    def slow(execution: NewExecution, like: str | None) -> Begun:
        begun.append(begin(execution, like))
        return Begun(begun[-1].claim, stored)

    async def opened(crew: fakes.FakeCrew) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(0.05, lambda: stored.set_result(begun[0].stored.result()))  # after whatever could go on now

    monkeypatch.setattr(fakes.FakeCrew, "open", opened)
    monkeypatch.setattr(bench.home, "begin_child", slow)
    bench.crewai.answers = {"draft": lambda _: paid.append(stored.done()) or "Done."}
    assert bench.wait(bench.launch(flow(work={"start": True, "do": ["draft"]}))).status is S.COMPLETED
    assert paid == [True]


def test_a_flow_within_a_flow_begins_nothing_before_it_is_stored(bench: FlowBench, monkeypatch: pytest.MonkeyPatch):
    """Its own tools cost something, too."""
    begin = bench.home.begin_child
    stored: Future[Claim] = Future()
    used: list[bool] = []

    def slow(execution: NewExecution, like: str | None) -> Begun:
        begun = begin(execution, like)
        threading.Timer(0.05, lambda: stored.set_result(begun.stored.result())).start()  # after what could go on now
        return Begun(begun.claim, stored)

    monkeypatch.setattr(bench.home, "begin_child", slow)
    bench.crewai.answers = {"look": lambda _: used.append(stored.done()) or "Seen."}
    inner = flow(look={"start": True, "do": {"call": "tool", "ref": "FileReadTool"}})
    assert bench.run(flow(work={"start": True, "do": {"call": "flow", "with": inner}})).status is S.COMPLETED
    assert used == [True]


def test_a_part_that_cannot_be_stored_is_not_run(bench: FlowBench, monkeypatch: pytest.MonkeyPatch):
    """Its step fails, and says why."""
    begin = bench.home.begin_child
    lost: Future[Claim] = Future()
    lost.set_exception(StoreError("The disk is gone.", "Look for it."))
    monkeypatch.setattr(bench.home, "begin_child", lambda new, like: Begun(begin(new, like).claim, lost))
    ended = bench.wait(bench.launch(flow(work={"start": True, "do": ["draft"]})))
    assert (ended.status, bench.crewai.calls["draft"]) == (S.FAILED, 0)
    assert ended.error is not None
    assert "The disk is gone." in ended.error.message


def test_no_flow_waits_until_the_end_of_a_part_is_stored(bench: FlowBench, monkeypatch: pytest.MonkeyPatch):
    """The ends of parts are kept together with what follows; only that of the flow is urgent, for its caller waits."""
    urgent: dict[str, bool] = {}
    move = bench.home.move

    def noting(ending: Move, *, is_urgent: bool = True) -> Future[bool]:
        urgent[ending.execution_id] = is_urgent
        return move(ending, is_urgent=is_urgent)

    monkeypatch.setattr(bench.home, "move", noting)
    execution = bench.run(flow(one={"start": True, "do": ["draft"]}, two={"start": True, "do": ["draft"]}))
    parts = [part.execution_id for part in bench.children(execution.execution_id)]
    assert urgent == {execution.execution_id: True} | dict.fromkeys(parts, False)
