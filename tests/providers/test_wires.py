"""Each native client whose base URL can be set, in executions, against a server of its own wire format."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crewlab.executions.execution import Execution
from crewlab.lab import Lab
from tests.providers.wires import (
    ANTHROPIC,
    BEDROCK,
    CACHED,
    CHAT,
    GEMINI,
    INPUT,
    OBJECT,
    OUTPUT,
    RESPONSES,
    TEXT,
    TOOL_RESULT,
    Wire,
    WireServer,
)

EXTRAS = ("anthropic", "google.genai", "azure.ai.inference", "boto3", "aiobotocore")
_MISSING = [name for name in EXTRAS if not importlib.util.find_spec(name.partition(".")[0])]
if _MISSING and not os.environ.get("CREWLAB_TEST_PROVIDERS"):
    pytest.skip("`make test-providers` installs what these need", allow_module_level=True)

# google-genai subclasses aiohttp's session, which aiohttp discourages: nothing that we could change
pytestmark = pytest.mark.filterwarnings("ignore:.*from ClientSession is discouraged:DeprecationWarning")


@dataclass(frozen=True)
class Client:
    """A model, the wire that it speaks, and how it is told where the server is."""

    model: str
    wire: Wire
    path: str = ""
    """Behind the address of the server."""
    more: tuple[tuple[str, Any], ...] = ()
    tells_cached_in_streams: bool = True

    def llm(self, server: WireServer, **parameters: Any) -> dict[str, Any]:
        return {"model": self.model, "base_url": server.url + self.path, **dict(self.more), **parameters}


CLIENTS = {
    "anthropic": Client("anthropic/claude-sonnet-4-5", ANTHROPIC),
    "anthropic, structured by a tool": Client("anthropic/claude-3-haiku", ANTHROPIC),
    "gemini": Client("gemini/gemini-2.5-flash", GEMINI),
    "azure": Client("azure/gpt-4o-mini", CHAT, tells_cached_in_streams=False),
    "bedrock": Client("bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0", BEDROCK),
    "openai": Client("openai/gpt-4o-mini", CHAT, "/v1"),
    "openai, responses": Client("openai/gpt-4o-mini", RESPONSES, "/v1", (("api", "responses"),)),
    "openrouter": Client("openrouter/some/model", CHAT, "/v1"),
    "deepseek": Client("deepseek/deepseek-chat", CHAT, "/v1"),
    "ollama": Client("ollama/llama3", CHAT, "/v1"),
    "ollama_chat": Client("ollama_chat/llama3", CHAT, "/v1"),
    "hosted_vllm": Client("hosted_vllm/mine", CHAT, "/v1"),
    "cerebras": Client("cerebras/llama-4", CHAT, "/v1"),
    "dashscope": Client("dashscope/qwen-max", CHAT, "/v1"),
    "deepinfra": Client("deepinfra/some/model", CHAT, "/v1"),
    "snowflake": Client("snowflake/claude-3-5-sonnet", CHAT),
}
SCHEMA = {
    "title": "Mood",
    "type": "object",
    "properties": {"mood": {"type": "string"}, "score": {"type": "integer"}},
    "required": ["mood", "score"],
    "additionalProperties": False,
}


ALIKE = ("openrouter", "deepseek", "ollama", "ollama_chat", "hosted_vllm", "cerebras", "dashscope", "deepinfra")
"""They share one class, so that some tests are for one of them only."""
each = pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS.keys())
of_each_class = pytest.mark.parametrize(
    "client", [pytest.param(client, id=name) for name, client in CLIENTS.items() if name not in ALIKE[1:]]
)


@pytest.fixture
def server(client: Client) -> Iterator[WireServer]:
    with WireServer(client.wire) as running:
        yield running


@pytest.fixture
def lab(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A lab with keys for everybody, and no patience."""
    for name in (
        "OPENAI",
        "ANTHROPIC",
        "GEMINI",
        "AZURE",
        "OPENROUTER",
        "DEEPSEEK",
        "CEREBRAS",
        "DASHSCOPE",
        "DEEPINFRA",
    ):
        monkeypatch.setenv(f"{name}_API_KEY", "sk-of-the-test")
    monkeypatch.setenv("SNOWFLAKE_PAT", "sk-of-the-test")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sk-of-the-test")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("CREWLAB_RETRY_WAIT_SECONDS", "0")
    monkeypatch.setenv("CREWLAB_MODEL_ATTEMPTS", "3")
    (data / "files").mkdir(parents=True)
    (data / "files" / "note.txt").write_text(TOOL_RESULT)
    with Lab.open(data) as opened:
        yield opened


def crew(llm: Any, **task: Any) -> dict[str, Any]:
    tools = task.pop("tools", [])
    agent = {"role": "Analyst", "goal": "Look", "backstory": "Curious", "llm": llm, "tools": tools}
    return {
        "name": "one",
        "agents": {"analyst": agent},
        "tasks": [{"name": "look", "description": "Look", "expected_output": "A line", "agent": "analyst", **task}],
    }


def run(lab: Lab, llm: Any, **task: Any) -> Execution:
    done = lab.run(crew(llm, **task))
    assert done.status == "completed", done.error
    return done


def used(done: Execution) -> tuple[int | None, ...]:
    usage = done.usage
    return (usage.input_tokens, usage.output_tokens, usage.cached_tokens)


@each
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_plain_answer(lab: Lab, client: Client, server: WireServer, stream: bool):
    """The text, the tokens with those of the cache, and one request."""
    done = run(lab, client.llm(server, stream=stream))
    assert done.output == TEXT
    assert server.statuses == {200: 1}
    is_known = client.tells_cached_in_streams or not stream
    assert used(done) == (INPUT, OUTPUT, CACHED if is_known else None)


@each
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_tool_is_called(lab: Lab, client: Client, server: WireServer, stream: bool):
    """Its result goes back in the words of the provider; both calls are counted."""
    done = run(lab, client.llm(server, stream=stream), tools=["FileReadTool"])
    assert done.output == TEXT
    tools = lab.tool_calls_df(execution_ids=[done.execution_id])
    assert tools[["tool", "status"]].to_numpy().tolist() == [["Read a file's content", "completed"]]
    assert TOOL_RESULT in str(server.requests[-1][2])
    assert server.statuses == {200: 2}
    is_known = client.tells_cached_in_streams or not stream
    assert used(done) == (2 * INPUT, 2 * OUTPUT, 2 * CACHED if is_known else None)


@of_each_class
def test_a_structured_answer(lab: Lab, client: Client, server: WireServer):
    """An object of the schema comes back, and every token of the calls is known."""
    done = run(lab, client.llm(server), output_json=SCHEMA)
    assert done.output_json == OBJECT
    count = server.statuses[200]
    assert used(done) == (count * INPUT, count * OUTPUT, count * CACHED)


@of_each_class
@pytest.mark.parametrize(
    ("status", "requests", "told"),
    [(401, 1, "refused the key (HTTP 401)"), (429, 3, "rate limited (HTTP 429)"), (500, 3, "failed (HTTP 500)")],
)
def test_a_refusal_is_read_and_sent_again_by_one_layer(
    lab: Lab, client: Client, server: WireServer, status: int, requests: int, told: str
):
    """Ours alone: a client that retried by itself would be seen here. The error says what happened."""
    server.refusals = [status] * 20
    done = lab.run(crew(client.llm(server)))
    assert done.status == "failed"
    assert told in done.error.message
    assert server.statuses == {status: requests}
    assert "sk-of-the-test" not in done.model_dump_json()


@of_each_class
def test_what_passes_is_paid_once(lab: Lab, client: Client, server: WireServer):
    """A 429 and a 500, then an answer: one call with two retries."""
    server.refusals = [429, 500]
    done = run(lab, client.llm(server))
    assert server.statuses == {429: 1, 500: 1, 200: 1}
    assert (done.usage.retries, used(done)) == (2, (INPUT, OUTPUT, CACHED))


@of_each_class
def test_executions_at_once_do_not_wait_for_each_other(lab: Lab, client: Client, server: WireServer):
    """Six requests are in flight together: a client that blocked the loop would send them one by one."""
    import threading

    from tests.conftest import wait_until

    server.hold = threading.Event()
    batch = lab.launch_batch(crew(client.llm(server)), [{}] * 6)
    wait_until(lambda: len(server.requests) == 6, "six requests at once")
    server.hold.set()
    assert lab.wait_batch(batch.batch_id, 60).counts == {"completed": 6}


@of_each_class
def test_a_dead_server_is_named(lab: Lab, client: Client):
    """Nobody listens: a sentence, after our retries."""
    with WireServer(client.wire) as gone:
        llm = client.llm(gone)
    done = lab.run(crew(llm))
    assert done.status == "failed"
    assert "cannot be reached" in done.error.message


@of_each_class
def test_a_model_is_tried(lab: Lab, client: Client, server: WireServer):
    """One call; a failure keeps the client's own words, without the key."""
    assert lab.test_model(client.llm(server)).ok
    server.refusals = [401]
    failed = lab.test_model(client.llm(server))
    assert (failed.ok, server.statuses) == (False, {200: 1, 401: 1})
    assert "401" in failed.error
    assert "scripted 401" in failed.raw_error
