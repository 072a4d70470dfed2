"""The model server that other tests rely on does what it says."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.conftest import wait_until
from tests.model_server import ModelServer, drop, garbage, hang, say, status, together

BODY = {"model": "any", "messages": [{"role": "user", "content": "Say hello to Ada"}]}


def post(server: ModelServer, patience: float = 30, **more: object) -> httpx.Response:
    limits = httpx.Timeout(30, read=patience)  # what is sent arrives, however slow the machine
    return httpx.post(f"{server.url}/chat/completions", json={**BODY, **more}, timeout=limits)


def test_steps_happen_in_order_and_then_it_answers() -> None:
    """Each scripted step is for one request."""
    with ModelServer() as server:
        server.script(status(429, retry_after=3), garbage(), say("exactly this"))
        limited, page, exact, after = (post(server) for _ in range(4))
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "3")
    assert page.text.startswith("<html>")
    assert exact.json()["choices"][0]["message"]["content"] == "exactly this"
    assert "Ada" in after.json()["choices"][0]["message"]["content"]
    assert server.statuses == {429: 1, 200: 3}


def test_hanging_and_dropping_fail_at_the_client() -> None:
    """A hang runs into the client's time limit; a drop breaks the connection, also within a stream."""
    with ModelServer() as server:
        server.script(hang(), drop(), drop(after_chunks=2))
        with pytest.raises(httpx.ReadTimeout):
            post(server, patience=0.2)
        server.wait_for_requests(1)
        with pytest.raises(httpx.RemoteProtocolError):
            post(server)
        with pytest.raises(httpx.RemoteProtocolError):
            post(server, stream=True)
        wait_until(lambda: server.open_requests == 0, "every request has ended")
        assert server.requests[0].dropped_by_client


def test_the_usage_that_it_reports_is_summed() -> None:
    """Whole and streamed answers, where the stream was asked for its usage; refused requests report none."""
    with ModelServer() as server:
        server.script(say("whole"), say("streamed"), say("silent"), status(500))
        reported = post(server).json()["usage"]
        post(server, stream=True, stream_options={"include_usage": True})
        post(server, stream=True)
        post(server)
        assert server.usage.input_tokens == 2 * reported["prompt_tokens"]
        assert [request.usage is not None for request in server.requests] == [True, True, False, False]


def test_hundreds_of_requests_wait_at_the_same_time() -> None:
    """Nobody is answered before all are there."""

    async def ask(server: ModelServer) -> None:
        limits = httpx.Limits(max_connections=200)
        async with httpx.AsyncClient(limits=limits, timeout=30) as client:
            await asyncio.gather(*(client.post(f"{server.url}/chat/completions", json=BODY) for _ in range(200)))

    with ModelServer() as server:
        server.script(*together(200))
        asyncio.run(ask(server))
        assert server.most_at_once == 200
        assert server.statuses == {200: 200}
