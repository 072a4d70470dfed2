"""Requests that start or save something."""

from __future__ import annotations

import httpx
import pytest


@pytest.fixture
def post(endpoint):
    headers = {"Authorization": f"Bearer {endpoint.token}"}
    with httpx.Client(base_url=f"{endpoint.url}/api/v1", headers=headers, trust_env=False) as client:
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
    before = len(lab.definitions())
    answer = post(path, body)
    assert answer.status_code == 422
    assert words in answer.json()["error"]["message"]
    assert (lab.count_executions(), len(lab.definitions())) == (0, before)


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
