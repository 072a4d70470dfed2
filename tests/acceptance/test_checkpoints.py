"""What an execution goes on from: its finished tasks in any case, and a task's midst where `checkpoint` says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crewlab.executions.events import RoundKept, TaskStarted
from crewlab.lab import Lab
from tests.acceptance import crews
from tests.model_server import ModelServer, call_tool, say, status

LOOK = call_tool("list_files_in_directory", {})


@pytest.mark.parametrize("checkpoint", [{"on_events": ["llm_call_completed"]}, {"on_events": ["task_completed"]}])
def test_a_task_that_stopped_goes_on_where_it_was(
    data: Path, monkeypatch: pytest.MonkeyPatch, checkpoint: dict[str, list[str]]
):
    """With the very request that failed: what was done in the task is not paid for again, nor are finished tasks.

    A checkpoint between tasks leaves it at those: the task begins anew.
    """
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    is_within = checkpoint["on_events"] != ["task_completed"]
    with ModelServer() as server, Lab.open(data) as lab:
        again = [] if is_within else [LOOK, LOOK]
        server.script(say("one"), LOOK, LOOK, status(400, "no"), *again, say("two"))
        crew = {**crews.chain(crews.llm(server.url), "first", "second"), "checkpoint": checkpoint}
        crew["agents"]["analyst"]["tools"] = ["DirectoryReadTool"]
        stopped = lab.run(crew, {"topic": "tea"})
        lab.resume(stopped.execution_id)
        [resumed] = lab.wait([stopped.execution_id])
        events = [event for _, event in lab.events(stopped.execution_id)]
    assert stopped.status == "failed"
    assert (resumed.status, resumed.output) == ("completed", "two")
    assert len(server.requests) == 5 + len(again)
    if is_within:
        assert server.requests[4].body["messages"] == server.requests[3].body["messages"]
        assert len(server.requests[4].body["messages"]) == 6
    kept = [event for event in events if isinstance(event, RoundKept)]
    assert [(one.rounds, one.begins_at, len(one.messages)) for one in kept] == [(1, 0, 4), (2, 4, 2)] * is_within
    [*_, last] = [event for event in events if isinstance(event, TaskStarted)]
    assert last.rounds_done == 2 * is_within


def agent_step(model: dict[str, Any], where: dict[str, Any]) -> dict[str, Any]:
    """A step that asks an agent with a tool."""
    asked = {**crews.agent("analyst", model, tools=["DirectoryReadTool"]), "input": "Look.", "checkpoint": where}
    return {"call": "agent", "with": asked}


def crew_step(model: dict[str, Any], where: dict[str, Any]) -> dict[str, Any]:
    """A step that runs a crew whose agent has a tool."""
    crew = {**crews.chain(model, "first"), "checkpoint": where}
    crew["agents"]["analyst"]["tools"] = ["DirectoryReadTool"]
    return {"call": "crew", "with": crew, "inputs": {"topic": "tea"}}


@pytest.mark.parametrize("step", [agent_step, crew_step])
def test_within_a_flow_too(data: Path, monkeypatch: pytest.MonkeyPatch, step: Callable[..., dict[str, Any]]):
    """The second call of a step goes on in its own midst; files of a crew lie in the folder of its own execution."""
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    where = {"on_events": ["tool_usage_finished", "task_completed"]}
    with ModelServer() as server, Lab.open(data) as lab:
        server.script(LOOK, say("one"), LOOK, LOOK, status(400, "no"), say("two"))
        work = step(crews.llm(server.url), where)
        twice = {"start": True, "listen": "again", "do": work}
        again = {"listen": "work", "router": True, "emit": ["again", "over"]}
        decide = {"call": "expression", "expr": "outputs.work.raw == 'one' ? 'again' : 'over'"}
        flow = {"schema": "crewai.flow/v1", "name": "f", "methods": {"work": twice, "turn": {**again, "do": decide}}}
        stopped = lab.run(flow)
        lab.resume(stopped.execution_id)
        [resumed] = lab.wait([stopped.execution_id])
        parts = lab.children(stopped.execution_id)
    assert (stopped.status, resumed.status, len(server.requests)) == ("failed", "completed", 6)
    assert server.requests[5].body["messages"] == server.requests[4].body["messages"]
    assert len(server.requests[5].body["messages"]) == 6
    files = list((data / "executions").rglob("*.json"))
    assert sorted(file.parts[-4] for file in files) == sorted(part.execution_id for part in parts)
