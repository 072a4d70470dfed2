"""A crew on crewAI's own executor, from launch to result: a worker of its own, and the same record of what happened."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.executions.cassette import Cassette
from crewlab.executions.status import ExecutionStatus
from crewlab.lab import Lab
from crewlab.settings import Settings
from tests.bridge.attempts import one_task
from tests.conftest import wait_until
from tests.model_server import ModelServer, call_tool, hang


@pytest.fixture
def lab(tmp_path):
    with Lab.open(tmp_path, settings=Settings(data=tmp_path, executor="crewai")) as lab:
        yield lab


def crew(server: ModelServer) -> dict[str, Any]:
    """One task, whose agent lists its files first."""
    server.script(call_tool("list_files_in_directory", {"directory": "."}))
    return one_task({"model": "openai/any", "base_url": server.url}, tools=["DirectoryReadTool"])


def test_it_runs_on_a_worker_of_its_own_and_is_replayed_offline(lab):
    """The status says which worker; a cassette that was recorded so plays back without a request."""
    with ModelServer(reply=lambda _: "done") as server:
        document = crew(server)
        recorded = lab.run(document, {"topic": "tea"}, cassette=Cassette.record("stock"))
        assert recorded.status is ExecutionStatus.COMPLETED, recorded.error
        messages = [event.message for _, event in lab.events(recorded.execution_id)]
        assert any("crewlab-dedicated" in message for message in messages)
        asked = len(server.requests)
        replayed = lab.run(document, {"topic": "tea"}, cassette=Cassette.replay("stock"))
        assert len(server.requests) == asked
    assert replayed.output == recorded.output == "done"
    assert replayed.usage.tool_calls == recorded.usage.tool_calls == 1


def test_it_is_cancelled_at_once(lab):
    """The execution ends and its request is dropped while the model still thinks."""
    with ModelServer(reply=lambda _: "done") as server:
        document = crew(server)
        server.script(hang())
        handle = lab.launch(document, {"topic": "tea"})
        lab.start()
        wait_until(lambda: len(server.requests) == 2, "the second request has come")
        handle.cancel()
        assert handle.wait().status is ExecutionStatus.CANCELLED
        wait_until(lambda: server.requests[-1].dropped_by_client, "the request is dropped")
        assert len(server.requests) == 2
