"""Server-sent events as any client sees them."""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading

import httpx
import pytest

from crewlab.api.routes import events
from tests.conftest import wait_until
from tests.remote.test_remote_lab import QUICK, SLOW, crew

STREAM = {"Accept": "text/event-stream"}
MANY = 60


@pytest.fixture
def client(endpoint):
    headers = {"Authorization": f"Bearer {endpoint.token}"}
    with httpx.Client(base_url=f"{endpoint.url}/api/v1", headers=headers, trust_env=False, timeout=60) as opened:
        yield opened


def test_a_stream_is_one_only_when_it_is_asked_for(lab, client):
    """The same address answers with a page of JSON, or as a stream whose last message is its end."""
    done = lab.run(crew(QUICK), {"topic": "tea"})
    address = f"/executions/{done.execution_id}/events"
    page, stream = client.get(address), client.get(address, headers=STREAM)
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.headers["cache-control"] == "no-store"
    ids = [line.removeprefix("id: ") for line in stream.text.split("\n") if line.startswith("id: ")]
    assert ids == ["0", *(str(number) for number, _ in page.json())]
    assert stream.text.endswith("event: end\ndata: {}\n\n")


def test_who_comes_again_for_what_is_over_is_told_to_stay_away(lab, client):
    """204 is how a browser learns that there is nothing to reconnect to."""
    done = lab.run(crew(QUICK), {"topic": "tea"})
    last = str(lab.events(done.execution_id)[-1][0])
    answer = client.get(f"/executions/{done.execution_id}/events", headers={**STREAM, "Last-Event-ID": last})
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("value", ["x", "-1", "9" * 30])
def test_a_last_event_id_that_is_none_is_refused(lab, client, value):
    """Not read as the beginning: that would double everything."""
    done = lab.run(crew(QUICK), {"topic": "tea"})
    answer = client.get(f"/executions/{done.execution_id}/events", headers={**STREAM, "Last-Event-ID": value})
    assert answer.status_code == 422
    assert "Last-Event-ID" in answer.json()["error"]["message"]


def test_an_unknown_execution_is_a_404_and_no_stream(client):
    """The answer says so before anything is streamed."""
    assert client.get("/executions/unknown/events", headers=STREAM).status_code == 404


def test_a_quiet_stream_shows_that_it_lives(lab, client, monkeypatch):
    """A comment now and then, so that nothing on the way takes it for dead."""
    monkeypatch.setattr(events, "IDLE_SECONDS", 0.05)
    handle = lab.launch(crew(SLOW), {"topic": "tea"})
    with client.stream("GET", f"/executions/{handle.execution_id}/events", headers=STREAM) as answer:
        text = ""
        for part in answer.iter_text():
            text += part
            if text.count(": alive\n\n") >= 2:
                break
    handle.cancel()


def test_many_clients_hold_no_thread_each_and_leave_nothing_behind(lab, endpoint):
    """Sixty at once, on the one loop of the server, all of them hear the end."""
    handle = lab.launch(crew(SLOW), {"topic": "tea"})
    before = threading.active_count()
    headers = {"Authorization": f"Bearer {endpoint.token}", **STREAM}
    address = f"{endpoint.url}/api/v1/executions/{handle.execution_id}/events"

    async def hear(client, started):
        async with client.stream("GET", address, headers=headers) as answer:
            text = ""
            async for part in answer.aiter_text():
                text += part
                if "id: 0" in text and not started.is_set():
                    started.set()
            return text

    async def hear_all():
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(trust_env=False, timeout=60, limits=limits) as client:
            started = [asyncio.Event() for _ in range(MANY)]
            tasks = [asyncio.create_task(hear(client, one)) for one in started]
            for one in started:
                await one.wait()
            grown = threading.active_count() - before
            await asyncio.get_running_loop().run_in_executor(None, handle.cancel)
            return grown, await asyncio.gather(*tasks)

    grown, texts = asyncio.run(hear_all())
    assert grown < MANY  # the threads that read from the store at the start, however many clients there are
    assert all(text.endswith("event: end\ndata: {}\n\n") for text in texts)
    assert len({text.replace(": alive\n\n", "") for text in texts}) == 1
    wait_until(lambda: not lab.following._bells._bells, "everybody to have left")


def test_a_client_that_does_not_read_delays_nobody(lab, endpoint):
    """It is not waited for, and what it did not take is not kept for it: it reads on from the store, later."""
    headers = {"Authorization": f"Bearer {endpoint.token}", **STREAM}
    narrow = httpx.HTTPTransport(socket_options=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)])
    with httpx.Client(trust_env=False, timeout=60, transport=narrow) as client:
        address = f"{endpoint.url}/api/v1/events"
        with client.stream("GET", address, headers=headers) as answer:
            lines = answer.iter_lines()
            assert next(line for line in lines if line.startswith("id: ")) == "id: 0"
            done = lab.run_each(crew(QUICK), [{"topic": "x" * 20_000}] * 5)
            assert {one.status for one in done} == {"completed"}
            wanted = sum(len(lab.events(one.execution_id)) for one in done)
            ids = (line for line in lines if line.startswith("id: "))
            assert len(list(itertools.islice(ids, wanted))) == wanted


def test_a_long_look_is_answered_when_something_happens(lab, client):
    """Without asking again and again: one execution that ends, one more end in a batch."""
    handle = lab.launch(crew(SLOW), {"topic": "tea"})
    path = f"/executions/{handle.execution_id}"
    assert client.get(path, params={"wait_seconds": 0.05}).json()["status"] != "cancelled"
    canceller = threading.Timer(0.2, handle.cancel)
    canceller.start()
    assert client.get(path, params={"wait_seconds": 20}).json()["status"] == "cancelled"
    canceller.join()
    batch = lab.launch_batch(crew(QUICK), [{"topic": "a"}, {"topic": "b"}])
    found = client.get(f"/batches/{batch.batch_id}", params={"wait_seconds": 20, "at_rest": 1}).json()
    assert found["counts"] == {"completed": 2}
    assert client.get(path, params={"wait_seconds": 31}).status_code == 422
