"""A tool that ends the process takes nothing with it that was finished."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crewlab.lab import Lab
from tests.acceptance.test_kill import prompt_of
from tests.faults.dying import BESIDE, DONE, DYING
from tests.faults.standing_in import CALLED
from tests.model_server import ModelServer, call_tool, hang


def test_what_a_tool_that_ends_the_process_leaves_behind(data: Path, monkeypatch: pytest.MonkeyPatch):
    """Recovery says what happened; outputs and finished tasks are kept, and resuming pays for no task twice."""
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    with ModelServer() as server:
        server.script(call_tool(CALLED, {}), about=f"Do the {DYING} of")
        server.script(hang(), about=f"Do the {BESIDE} of")
        command = [sys.executable, "-m", "tests.faults.dying", str(data), server.url]
        died = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
        assert died.returncode == 3, died.stderr[-2000:]
        with Lab.open(data) as lab:
            left = {each.definition_name: lab.execution(each.execution_id) for each in lab.executions()}
            assert {name: each.status for name, each in left.items()} == {
                DONE: "completed",
                BESIDE: "interrupted",
                DYING: "interrupted",
            }
            assert left[DONE].output
            assert "process" in left[DYING].status_message
            asked = len(server.requests)
            for name in (BESIDE, DYING):
                assert left[name].tasks_done == 1
                lab.resume(left[name].execution_id)
            ended = lab.wait([left[BESIDE].execution_id, left[DYING].execution_id], timeout=60)
            assert [each.status for each in ended] == ["completed", "completed"]
            again = server.requests[asked:]
    assert again
    assert not [request for request in again if "Do the first of tea." in prompt_of(request)]
