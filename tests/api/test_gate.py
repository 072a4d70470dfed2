"""Nobody without the token gets anything."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from crewlab.api import Api


def everything(api):
    return [f"{method} {route.path}" for route in api.routes for method in sorted(route.methods - {"HEAD"})]


ROUTES = everything(Api(lambda: None))


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", "Basic dG9rZW4="])
def test_every_route_wants_the_token(route, header):
    """No route answers without it, also when there is no lab; what it would have said stays unsaid."""
    client = TestClient(Starlette(routes=Api(lambda: None).routes))
    method, path = route.split(" ")
    address = path.replace(":path", "").replace("{", "").replace("}", "")
    answer = client.request(method, address, headers={"Authorization": header} if header is not None else {})
    assert (answer.status_code, answer.text) == (401, "A token is needed.")


def test_a_page_of_another_origin_gets_nothing(endpoint):
    """A foreign site that a browser sends here has no token, and no header that lets its script read the answer."""
    answer = httpx.get(
        f"{endpoint.url}/api/v1/counts",
        headers={"Host": "evil.example", "Origin": "http://evil.example", "Cookie": f"token={endpoint.token}"},
        trust_env=False,
    )
    assert answer.status_code == 401
    assert "access-control-allow-origin" not in answer.headers


def test_every_app_has_a_token_of_its_own(monkeypatch):
    """A token of yesterday opens nothing today."""
    tokens = {Api(lambda: None)._token for _ in range(3)}
    assert len(tokens) == 3
    assert min(map(len, tokens)) >= 40


def test_without_a_lab_the_answer_says_what_to_do():
    """An app whose store is held elsewhere says so."""
    api = Api(lambda: None)
    client = TestClient(Starlette(routes=api.routes))
    answer = client.get("/api/v1/counts", headers={"Authorization": f"Bearer {api._token}"})
    assert answer.status_code == 503
    assert answer.json()["error"]["hint"]


@pytest.mark.parametrize("body", ["{", "[]", '"text"', "[" * 100_000])
def test_a_body_that_is_no_object_is_refused(endpoint, body):
    """Garbage gets a sentence, not a server error."""
    headers = {"Authorization": f"Bearer {endpoint.token}"}
    answer = httpx.post(f"{endpoint.url}/api/v1/executions", content=body, headers=headers, trust_env=False)
    assert answer.status_code == 422
    assert "JSON" in answer.json()["error"]["message"]


@pytest.mark.parametrize("number", ["-1", "1.5", "x", "9" * 30])
def test_a_number_that_is_none_is_refused(endpoint, number):
    """Nor does one that no store can count to become a server error."""
    headers = {"Authorization": f"Bearer {endpoint.token}"}
    answer = httpx.get(f"{endpoint.url}/api/v1/executions?limit={number}", headers=headers, trust_env=False)
    assert answer.status_code == 422
    assert "whole number" in answer.json()["error"]["message"]


def test_an_error_repeats_no_secret(lab, endpoint):
    """What a request said comes back in messages; a key in it does not."""
    lab.remember_key("A_KEY", "sk-0123456789abcdef")
    answer = httpx.get(
        f"{endpoint.url}/api/v1/definitions/sk-0123456789abcdef",
        headers={"Authorization": f"Bearer {endpoint.token}"},
        trust_env=False,
    )
    assert answer.status_code == 404
    assert "•••" in answer.text
    assert "sk-0123456789abcdef" not in answer.text
