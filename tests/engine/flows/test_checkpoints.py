"""Checkpoints of flows: at which moments, and what is known to be done then."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import Any

import pytest

from crewlab.executions.person import PersonAnswer
from crewlab.executions.status import ExecutionStatus as S
from tests.engine.flows.conftest import FlowBench, flow
from tests.factories import OWNER

STEP = ["method_execution_started", "method_execution_finished"]


def asking(checkpoint: Any, **steps: Any) -> dict[str, Any]:
    return {**flow(**steps), "config": {"checkpoint": checkpoint}}


@pytest.mark.parametrize(
    ("said", "moments"),
    [
        (True, STEP[1:] * 2),
        ({"on_events": ["*"]}, ["flow_started", *STEP, *STEP, "flow_finished"]),
        ({"on_events": ["flow_finished", "task_completed"]}, ["flow_finished"]),
        (False, []),
    ],
)
def test_one_is_written_at_each_event_that_is_named(bench: FlowBench, said: Any, moments: list[str]):
    """After each step where none is named; each knows what is done by then, and the state."""
    steps = {"one": {"start": True, "do": "1", "set": {"best": "output"}}, "two": {"listen": "one", "do": "2"}}
    done = bench.run(asking(said, **steps))
    assert done.status is S.COMPLETED
    assert [trigger for trigger, _ in bench.crewai.saved] == moments
    for trigger, halfway in bench.crewai.saved[-1:]:
        assert (halfway.outputs, halfway.state["best"]) == ({"one": 1, "two": 2}, 1)
        assert halfway.is_over is (trigger == "flow_finished")


def test_another_attempt_knows_what_is_done(bench: FlowBench):
    """And what ended badly is not among it."""
    action = {"call": "tool", "ref": "FileReadTool", "with": {}}
    bench.crewai.answers = {"look": [ValueError("no"), "seen"]}
    said = {"on_events": ["flow_started", "method_execution_failed", "flow_failed"]}
    failed = bench.run(asking(said, one={"start": True, "do": "1"}, look={"listen": "one", "do": action}))
    bench.resume(failed.execution_id)
    assert [(trigger, halfway.outputs) for trigger, halfway in bench.crewai.saved] == [
        ("flow_started", {}),
        ("method_execution_failed", {"one": 1}),
        ("flow_failed", {"one": 1}),
        ("flow_started", {"one": 1}),
    ]


def test_none_is_written_where_crewai_would_go_wrong(bench: FlowBench):
    """As the check says."""
    again = {"listen": "one", "router": True, "emit": ["again", "over"], "do": "'over'"}
    bench.run(asking(True, one={"listen": "again", "start": True, "do": "1"}, turn=again))
    assert bench.crewai.saved == []


def test_an_answer_while_the_last_file_is_written_waits_for_the_next_attempt(
    bench: FlowBench, monkeypatch: pytest.MonkeyPatch
):
    """Nothing begins any more in one that comes to rest; it would be over before that is done."""
    writing, written = threading.Event(), Future[None]()

    async def save(*_: Any) -> None:
        writing.set()
        await asyncio.wrap_future(written)

    monkeypatch.setattr(bench.crewai, "save", save)
    asked = {"start": True, "do": "'draft'", "human_feedback": {"message": "Good?"}}
    made = asking({"on_events": ["flow_paused"]}, ask=asked, end={"listen": "ask", "do": "outputs.ask.feedback"})
    execution_id = bench.launch(made)
    assert writing.wait(60)
    bench.engine.answered(
        bench.store.executions.answer(
            execution_id, PersonAnswer(decision="feedback", text="Fine."), owner=OWNER
        ).result()
    )
    written.set_result(None)
    done = bench.wait(execution_id, 2)
    assert (done.status, done.output) == (S.COMPLETED, "Fine.")
