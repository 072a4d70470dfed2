"""What an execution goes on from: its finished tasks in any case, and a task's midst where `checkpoint` says so."""

from __future__ import annotations

from pathlib import Path

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
