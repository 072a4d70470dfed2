"""What an execution goes on from: its finished tasks in any case, and a task's midst where `checkpoint` says so."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crewlab.executions.events import CheckpointSaved, RoundKept, TaskStarted
from crewlab.lab import Lab
from tests.acceptance import crews
from tests.left_open import take_away
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


def test_crewai_alone_goes_on_from_a_flow(data: Path, monkeypatch: pytest.MonkeyPatch):
    """With the very request that failed here, behind a router: what was done is not asked for again."""
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    with ModelServer() as server, Lab.open(data) as lab:
        server.script(say("one"), status(400, "no"), say("two"))
        asks = {"role": "Editor", "goal": "Edit", "backstory": "Brief", "llm": crews.llm(server.url)}
        more = {
            "call": "crew",
            "with": crews.chain(crews.llm(server.url), "second"),
            "inputs": {"topic": "${state.topic}"},
        }
        decide = {"call": "expression", "expr": "outputs.find.raw == 'one' ? 'good' : 'bad'"}
        end = {"call": "expression", "expr": "outputs.find.raw + outputs.more.raw + state.topic"}
        steps = {
            "find": {"start": True, "do": {"call": "agent", "with": {**asks, "input": "Find ${state.topic}"}}},
            "turn": {"listen": "find", "router": True, "emit": ["good", "bad"], "do": decide},
            "more": {"listen": "good", "do": more},
            "end": {"listen": "more", "do": end},
        }
        state = {"type": "json_schema", "json_schema": {"type": "object", "properties": {"topic": {"type": "string"}}}}
        config = {"checkpoint": {"location": "kept", "max_checkpoints": 1}}
        flow = {"schema": "crewai.flow/v1", "name": "f", "state": state, "config": config, "methods": steps}
        stopped = lab.run(flow, {"topic": "tea"})
        folder = lab.settings.execution_folder(stopped.execution_id) / "kept"
        [file] = folder.rglob("*.json")
        output = contextvars.Context().run(restored, file, folder / "flow.yaml", monkeypatch)
        take_away()
        events = [event for _, event in lab.events(stopped.execution_id) if isinstance(event, CheckpointSaved)]
    assert stopped.status == "failed"
    assert [event.trigger for event in events] == ["method_execution_finished"] * 2
    assert output == "onetwotea"
    assert len(server.requests) == 3
    assert server.requests[2].body["messages"] == server.requests[1].body["messages"]


def restored(file: Path, flow: Path, patch: pytest.MonkeyPatch) -> Any:
    """What crewAI alone makes of a checkpoint of a flow."""
    from crewai.flow.flow import Flow
    from crewai.flow.flow_definition import FlowDefinition
    from crewai.state.checkpoint_config import CheckpointConfig
    from crewai_core.printer import set_suppress_console_output

    set_suppress_console_output(True)
    patch.setattr(Flow, "_skip_auto_memory", True, raising=False)  # its vector store takes seconds to import
    definition, place = (
        FlowDefinition.from_declaration(path=flow),
        CheckpointConfig(restore_from=str(file), on_events=[]),
    )
    return Flow.from_checkpoint(place, definition=definition).kickoff()
