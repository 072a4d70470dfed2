"""Nobody without the token gets anything."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from crewlab.api import Api
from crewlab.api.routes import OPERATIONS


def client_of(api):
    return TestClient(Starlette(routes=api.routes), base_url="http://localhost")


@pytest.fixture(scope="module")
def without_lab():
    """A client of an app whose store is held elsewhere."""
    with client_of(Api(lambda: None)) as opened:
        yield opened


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer wrong", "Basic dG9rZW4=", "Bearer \xfc".encode("latin-1")]
)
def test_every_route_wants_the_token(without_lab, operation, header):
    """No route answers without it, also when there is no lab; what it would have said stays unsaid."""
    address = "/api/v1" + operation.template.replace("{", "").replace("}", "")
    headers = {"Authorization": header} if header is not None else {}
    answer = without_lab.request(operation.method, address, headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json()["error"]["message"] == "A token is needed."


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/"])
def test_without_the_token_nobody_learns_what_there_is(path):
    """An unknown path is refused for the token, too."""
    assert client_of(Api(lambda: None)).get(path).status_code == 401


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", ""])
def test_a_foreign_name_is_not_answered(endpoint, host):
    """A site that lets its name resolve to this machine gets nothing, not even with the token."""
    headers = {"Host": host, "Authorization": f"Bearer {endpoint.token}", "Origin": "http://evil.example"}
    answer = httpx.get(f"{endpoint.url}/api/v1/counts", headers=headers, trust_env=False, timeout=60)
    assert (answer.status_code, answer.json()["error"]["type"]) == (403, "RequestError")
    assert "access-control-allow-origin" not in answer.headers


def test_every_app_has_a_token_of_its_own(monkeypatch):
    """A token of yesterday opens nothing today."""
    tokens = {Api(lambda: None)._token for _ in range(3)}
    assert len(tokens) == 3
    assert min(map(len, tokens)) >= 40


def test_without_a_lab_the_answer_says_what_to_do():
    """An app whose store is held elsewhere says so."""
    api = Api(lambda: None)
    answer = client_of(api).get("/api/v1/counts", headers={"Authorization": f"Bearer {api._token}"})
    assert answer.status_code == 503
    assert answer.json()["error"]["hint"]


@pytest.mark.parametrize("body", ["{", "[]", '"text"', "[" * 100_000])
def test_a_body_that_is_no_object_is_refused(endpoint, body):
    """Garbage gets a sentence, not a server error."""
    headers = {"Authorization": f"Bearer {endpoint.token}"}
    answer = httpx.post(f"{endpoint.url}/api/v1/executions", content=body, headers=headers, trust_env=False, timeout=60)
    assert answer.status_code == 422
    assert "JSON" in answer.json()["error"]["message"]


@pytest.mark.parametrize("number", ["-1", "1.5", "x", "9" * 30])
def test_a_number_that_is_none_is_refused(endpoint, number):
    """Nor does one that no store can count to become a server error."""
    headers = {"Authorization": f"Bearer {endpoint.token}"}
    answer = httpx.get(f"{endpoint.url}/api/v1/executions?limit={number}", headers=headers, trust_env=False, timeout=60)
    assert answer.status_code == 422
    assert "'limit'" in answer.json()["error"]["message"]


def test_an_error_repeats_no_secret(lab, endpoint):
    """What a request said comes back in messages; a key in it does not."""
    lab.remember_key("A_KEY", "sk-0123456789abcdef")
    answer = httpx.get(
        f"{endpoint.url}/api/v1/definitions/sk-0123456789abcdef",
        headers={"Authorization": f"Bearer {endpoint.token}"},
        trust_env=False,
        timeout=60,
    )
    assert answer.status_code == 404
    assert "•••" in answer.text
    assert "sk-0123456789abcdef" not in answer.text


def authorized(endpoint, **headers):
    return {"Authorization": f"Bearer {endpoint.token}", **headers}


@pytest.mark.parametrize(
    ("method", "path", "status", "allowed"),
    [
        ("GET", "/nothing", 404, None),
        ("TRACE", "/nothing", 404, None),
        ("DELETE", "/counts", 405, "GET"),
        ("PATCH", "/executions", 405, "GET, POST"),
        ("OPTIONS", "/executions", 405, "GET, POST"),
    ],
)
def test_what_no_route_takes_is_refused_as_json(endpoint, method, path, status, allowed):
    """404 and 405 look like every other error; a 405 says what would be taken."""
    answer = httpx.request(method, f"{endpoint.url}/api/v1{path}", headers=authorized(endpoint), trust_env=False)
    assert (answer.status_code, answer.headers.get("allow")) == (status, allowed)
    assert answer.json()["error"]["hint"]


@pytest.fixture
def small(lab, endpoint, monkeypatch):
    """The app takes bodies of 1,000 bytes."""
    monkeypatch.setattr(type(lab), "settings", lab.settings.model_copy(update={"max_request_bytes": 1000}))


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "streamed"])
def test_a_body_that_is_too_large_is_refused(lab, small, endpoint, announced):
    """By what its header says, or once too much of it came; nothing of it is taken."""
    body = b'{"text": "' + b"x" * 5000 + b'", "source": "x.yaml"}'
    content = body if announced else iter([body[:900], body[900:]])
    answer = httpx.post(
        f"{endpoint.url}/api/v1/import", content=content, headers=authorized(endpoint), trust_env=False, timeout=60
    )
    assert (answer.status_code, answer.json()["error"]["type"]) == (413, "RequestError")
    assert "CREWLAB_MAX_REQUEST_BYTES" in answer.json()["error"]["hint"]


def test_a_body_within_the_limit_is_taken(small, endpoint):
    """In however many pieces it comes."""
    body = b'{"document": {}}'
    pieces = iter([body[:4], body[4:]])
    answer = httpx.post(
        f"{endpoint.url}/api/v1/check", content=pieces, headers=authorized(endpoint), trust_env=False, timeout=60
    )
    assert answer.status_code == 200


def test_a_form_is_no_request(endpoint):
    """What a foreign page could send without asking is not read as JSON."""
    headers = authorized(endpoint, **{"Content-Type": "text/plain"})
    answer = httpx.post(f"{endpoint.url}/api/v1/check", content=b"{}", headers=headers, trust_env=False, timeout=60)
    assert answer.status_code == 415
