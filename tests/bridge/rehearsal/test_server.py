"""The rehearsal model over HTTP, as a process of its own: same answers, the protocol's shapes, clean end."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from pydantic import BaseModel

from crewlab.bridge.rehearsal.answers import answer
from crewlab.bridge.rehearsal.server import RehearsalServer, serve
from crewlab.lab import Lab

MESSAGES: list[Any] = [{"role": "user", "content": "Describe the harbour of 'Kiel'."}]
START = "from crewlab.bridge.rehearsal.server import *; serve(RehearsalServer({}), {}, lambda u: print(u, flush=True))"


class Running:
    """A server in a child process, and a client of it."""

    def __init__(self, options: str = "") -> None:
        command = [sys.executable, "-c", START.format(options, 0)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        self.client = openai.OpenAI(base_url=self.url, api_key="none", max_retries=0)

    def close(self) -> tuple[int, str]:
        """The exit status after Ctrl-C, and what was written to the error output."""
        self.client.close()
        self.process.send_signal(signal.SIGINT)
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """One server for the tests that only ask."""
    running = Running("seed=7")
    yield running
    running.close()


def test_what_runs_on_it_is_labelled_whatever_the_model_is_called(server: Running, data: Path) -> None:
    """The server says what it is: calls and execution are rehearsal and cost nothing, whole and streamed."""
    with Lab.open(data) as lab:
        for stream in (False, True):
            llm = {"model": "openai/gpt-4o-mini", "base_url": server.url, "stream": stream}
            agents = {"a": {"role": "A", "goal": "Look", "backstory": "Curious", "llm": llm}}
            task = {"name": "t", "description": "Look", "expected_output": "A line", "agent": "a"}
            done = lab.run({"name": "one", "agents": agents, "tasks": [task]})
            assert (done.status, done.is_rehearsal) == ("completed", True)
            assert (done.usage.cost_usd, done.usage.unpriced_calls) == (None, 0)
            assert lab.llm_calls_df(execution_ids=[done.execution_id])["is_rehearsal"].all()
        assert lab.spend_usd() is None


def test_the_answer_is_the_rehearsal_models(server: Running) -> None:
    """What the server says is what a rehearsal in the process says."""
    reply = server.client.chat.completions.create(model="rehearsal/plain", messages=MESSAGES)
    assert reply.choices[0].message.content == answer(MESSAGES, seed=7).text
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage is not None
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens > 0


def test_a_stream_is_the_same_answer_with_the_usage_at_its_end(server: Running) -> None:
    """Chunks add up; the last one carries the tokens when asked to."""
    stream = server.client.chat.completions.create(
        model="rehearsal/plain", messages=MESSAGES, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == answer(MESSAGES, seed=7).text
    assert chunks[-1].usage is not None
    assert len(chunks) > 5


@pytest.mark.parametrize("stream", [False, True])
def test_tools_are_called(server: Running, stream: bool) -> None:
    """With a fitting tool the first answer is a call of it."""
    function = {"name": "list_files", "parameters": {"type": "object", "properties": {"directory": {}}}}
    asked: dict[str, Any] = {"model": "x", "messages": MESSAGES, "tools": [{"type": "function", "function": function}]}
    if stream:
        chunks = server.client.chat.completions.create(stream=True, **asked)
        calls = [call for chunk in chunks for call in chunk.choices[0].delta.tool_calls or ()]
    else:
        calls = server.client.chat.completions.create(**asked).choices[0].message.tool_calls
    assert [call.function.name for call in calls] == ["list_files"]
    assert json.loads(calls[0].function.arguments) == {"directory": "."}


def test_a_schema_is_obeyed(server: Running) -> None:
    """`response_format` with a JSON Schema gives an object that fits."""

    class City(BaseModel):
        name: str
        inhabitants: int

    reply = server.client.chat.completions.parse(model="x", messages=MESSAGES, response_format=City)
    assert reply.choices[0].message.parsed is not None
    assert "Kiel" in reply.choices[0].message.parsed.name


def test_the_voices_are_listed_as_models(server: Running) -> None:
    """Clients that offer a choice of models find them."""
    assert [model.id for model in server.client.models.list()] == [
        "rehearsal/plain",
        "rehearsal/terse",
        "rehearsal/careful",
    ]


@pytest.mark.parametrize("body", [b"not json", b"{}", b'{"messages": "text"}', b"[]", b'{"messages": [1]}'])
def test_a_request_that_cannot_be_read_is_refused(server: Running, body: bytes) -> None:
    """Status 400 and an error in the protocol's shape; the server goes on."""
    reply = httpx.post(f"{server.url}/chat/completions", content=body, timeout=60)
    assert reply.status_code == 400
    assert reply.json()["error"]["message"]


def test_latency_errors_and_counts() -> None:
    """Answers take their time, the failing share fails, and both are counted."""
    running = Running("latency_seconds=0.02, error_rate=0.5, seed=3")
    outcomes = []
    started = time.monotonic()
    for topic in range(10):
        body = {"messages": [{"role": "user", "content": f"Topic {topic}"}]}
        outcomes.append(httpx.post(f"{running.url}/chat/completions", json=body, timeout=60).status_code)
    counts = httpx.get(f"{running.url}/rehearsal", timeout=60).json()
    assert time.monotonic() - started >= 10 * 0.02
    assert set(outcomes) == {200, 503}
    assert (counts["requests"], counts["failures"]) == (10, outcomes.count(503))
    running.close()


def test_a_failure_passes_when_the_same_request_is_sent_again() -> None:
    """Retries draw anew, so that retrying can be rehearsed; and the whole story repeats."""
    bodies = [{"messages": [{"role": "user", "content": f"Topic {topic}"}]} for topic in range(20)]

    def story() -> list[list[bool]]:
        server = RehearsalServer(error_rate=0.5, seed=3)
        return [[server._fails(body) for _ in range(6)] for body in bodies]

    told = story()
    assert told == story()
    assert any(fails[0] and not all(fails) for fails in told)


def test_ctrl_c_ends_it_quietly() -> None:
    """Status 0 and no traceback."""
    assert Running().close() == (0, "")


def test_it_listens_on_this_machine_only(server: Running) -> None:
    """The address is loopback's."""
    assert server.url.startswith("http://127.0.0.1:")


def test_a_taken_port_is_an_error() -> None:
    """Whoever starts it can say so in a sentence."""
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        serve(RehearsalServer(), taken.getsockname()[1], lambda url: None)
