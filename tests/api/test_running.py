"""Requests that start or save something."""

from __future__ import annotations

import httpx
import pytest


@pytest.fixture
def post(endpoint):
    headers = {"Authorization": f"Bearer {endpoint.token}"}
    with httpx.Client(base_url=f"{endpoint.url}/api/v1", headers=headers, trust_env=False, timeout=60) as client:
        yield lambda path, body: client.post(path, json=body)


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/executions", {}, "no `definition`"),
        ("/executions", {"definition": "market-brief", "inputs": "tea"}, "inputs"),
        ("/executions", {"definition": "market-brief", "timeout_seconds": "soon"}, "timeout_seconds"),
        ("/executions", {"definition": "market-brief", "input": {}}, "input"),
        ("/executions", {"definition": ["market-brief"]}, "definition"),
        ("/batches", {"definition": "market-brief"}, "rows"),
        ("/batches", {"definition": "market-brief", "rows": [1]}, "rows.0"),
        ("/definitions", {"document": []}, "document"),
        ("/import", {"text": "a: 1"}, "source"),
        ("/import", {"text": "a: [", "source": "x.yaml"}, "x.yaml"),
        ("/check", {"document": None}, "document"),
        ("/forecast", {"definition": "market-brief", "rows_count": "many"}, "rows_count"),
    ],
)
def test_a_request_that_does_not_fit_names_the_field(lab, post, path, body, words):
    """One sentence about what is wrong, nothing started, nothing saved."""
    before = len(lab.definitions.list())
    answer = post(path, body)
    assert answer.status_code == 422
    assert words in answer.json()["error"]["message"]
    assert (lab.count_executions(), len(lab.definitions.list())) == (0, before)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/executions/x/cancel", "ExecutionNotFoundError"),
        ("/executions/x/resume", "ExecutionNotFoundError"),
        ("/batches/x/cancel", "BatchNotFoundError"),
        ("/batches/x/retry", "BatchNotFoundError"),
    ],
)
def test_what_is_not_there_cannot_be_stopped(post, path, kind):
    """An unknown id is a clear 404."""
    answer = post(path, {})
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, kind)


@pytest.mark.parametrize(
    ("path", "body", "names"),
    [
        ("/executions", {}, ("execution_id", "/executions/")),
        ("/batches", {"rows": [{}]}, ("batch_id", "/batches/")),
    ],
)
def test_what_is_launched_is_pending_and_can_be_followed(post, path, body, names):
    """202, an id, the status, and where to look from then on."""
    answer = post(path, {"document": crew(), **body})
    assert answer.status_code == 202, answer.text
    begun = answer.json()
    assert begun["status"] == "pending"
    assert answer.headers["location"] == f"/api/v1{names[1]}{begun[names[0]]}"


def test_a_rerun_and_a_fork_are_launches_too(lab, post):
    """The same answer for every way to make an execution."""
    first = lab.run(crew())
    for verb, body in (("rerun", {}), ("fork", {"from_task": "say"})):
        answer = post(f"/executions/{first.execution_id}/{verb}", body)
        assert (answer.status_code, answer.json()["status"]) == (202, "pending"), answer.text
        assert answer.headers["location"].endswith(answer.json()["execution_id"])


def crew():
    llm = {"model": "rehearsal/terse", "latency_seconds": 0}
    agent = {"role": "r", "goal": "g", "backstory": "b", "llm": llm}
    task = {"name": "say", "description": "Say something.", "expected_output": "A word.", "agent": "one"}
    return {"name": "small", "agents": {"one": agent}, "tasks": [task]}
