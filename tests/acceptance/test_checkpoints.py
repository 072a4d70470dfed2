"""crewAI's `checkpoint`: what it promises holds for every execution."""

from __future__ import annotations

from pathlib import Path

import pytest

from crewlab.lab import Lab
from tests.acceptance import crews
from tests.model_server import ModelServer, say, status


@pytest.mark.parametrize("checkpoint", [True, {"on_events": ["task_completed"]}, {"max_checkpoints": 3}])
def test_an_execution_that_stopped_goes_on_after_its_last_finished_task(
    data: Path, monkeypatch: pytest.MonkeyPatch, checkpoint: object
):
    """Nothing that was done is asked for again; `check` has nothing against it."""
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    with ModelServer() as server, Lab.open(data) as lab:
        server.script(say("one"), status(400, "no"), say("two"))
        crew = {**crews.chain(crews.llm(server.url), "first", "second"), "checkpoint": checkpoint}
        stopped = lab.run(crew, {"topic": "tea"})
        lab.resume(stopped.execution_id)
        [resumed] = lab.wait([stopped.execution_id])
    assert stopped.status == "failed"
    assert (resumed.status, resumed.output) == ("completed", "two")
    assert len(server.requests) == 3
