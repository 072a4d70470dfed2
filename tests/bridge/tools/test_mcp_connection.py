"""Tests for crewlab.bridge.tools.mcp_connection, against a real server over stdio and over HTTP."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import sys
import threading
import warnings
from collections.abc import Awaitable, Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from crewlab.definitions.library.mcp_servers import McpServer
from crewlab.errors import BuildError
from crewlab.settings import PROJECT
from tests.conftest import wait_until
from tests.server import free_port

SERVER = str(PROJECT / "tests" / "standalone" / "notes_server.py")
"""Of the protocol's own package, which takes a second to import."""
QUICK = str(PROJECT / "tests" / "standalone" / "quick_notes_server.py")
KEY = "sk-of-the-notes-0123456789"


def notes(*arguments: str, **fields: Any) -> McpServer:
    """The server of the tests as a program."""
    return McpServer(name="notes", transport="stdio", command=sys.executable, args=arguments or (QUICK,), **fields)


def visit(server: McpServer, use: Callable[[Any], Awaitable[Any]] | None = None, key: str | None = KEY) -> Any:
    """What `use` found while the connection was open, or what the server offers."""
    from crewlab.bridge.tools.mcp_connection import McpConnection

    async def whole() -> Any:
        connection = McpConnection(server, lambda name: key)
        try:
            await connection.open()
            return await use(connection) if use else connection.offers
        finally:
            await connection.close()

    return asyncio.run(whole())


def text(result: Any) -> str:
    """The first text of a result."""
    return str(result.content[0].text)


def test_a_program_says_what_it_offers() -> None:
    """Names, descriptions and the schema of each call."""
    offers = {tool.name: tool for tool in visit(notes(SERVER))}
    assert set(offers) == {"add", "tell_key", "fail", "wait", "leave"}
    assert offers["add"].description == "Adds two numbers."
    assert set(offers["add"].arguments["properties"]) == {"a", "b"}


def test_a_secret_reaches_the_program_and_nothing_else_of_this_process_does() -> None:
    """It is filled in when the program is started."""
    server = notes(environment={"NOTES_KEY": "${secret:NOTES}"})
    found = visit(server, lambda connection: connection.call("tell_key", {}, timeout_seconds=60))
    assert text(found) == f"the key is {KEY}"
    assert "NOTES_KEY" not in os.environ


def test_a_tool_that_fails_says_so() -> None:
    """Its failure is a result, and the server goes on."""

    async def twice(connection: Any) -> Any:
        failed = await connection.call("fail", {}, timeout_seconds=60)
        return failed, await connection.call("add", {"a": 2, "b": 3}, timeout_seconds=60)

    failed, added = visit(notes(SERVER), twice)
    assert failed.isError
    assert "no notes today" in text(failed)
    assert text(added) == "5"


def test_a_server_that_dies_is_a_failed_call() -> None:
    """The call ends at once, and so does the next one."""

    from crewlab.bridge.tools.mcp_connection import McpCallError

    async def die(connection: Any) -> None:
        for _ in range(2):
            with pytest.raises(McpCallError, match="MCP server 'notes'"):
                await connection.call("leave", {}, timeout_seconds=60)

    visit(notes(), die)


def test_a_call_that_takes_too_long_is_given_up() -> None:
    """The limit holds, and the connection can be used afterwards."""

    async def wait(connection: Any) -> Any:
        with pytest.raises(TimeoutError):
            await connection.call("wait", {"seconds": 60}, timeout_seconds=0.3)
        return await connection.call("add", {"a": 1, "b": 1}, timeout_seconds=60)

    assert text(visit(notes(), wait)) == "2"


@pytest.mark.parametrize(
    ("arguments", "seconds", "told"),
    [
        ((QUICK, "exit"), 60.0, "NOTES_KEY is missing"),
        (("-c", "import time; time.sleep(120)"), 0.5, "within 0.5 s"),
        (("-c", "import sys; print('this is not JSON', flush=True); sys.stdin.read()"), 0.5, "within 0.5 s"),
    ],
    ids=["ends", "hangs", "talks nonsense"],
)
def test_a_program_that_is_no_server_is_said_to_be_none(
    arguments: tuple[str, ...], seconds: float, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that ends says why itself; one that is silent or talks nonsense is given up in time."""
    monkeypatch.setattr("mcp.client.stdio.PROCESS_TERMINATION_TIMEOUT", 0.1)  # of one that does not end by itself
    with pytest.raises(BuildError, match=told):
        visit(notes(*arguments, connect_seconds=seconds))


def test_a_program_that_is_slow_to_start_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given up before it has begun, and its streams are closed."""
    from mcp.client import stdio

    start = stdio._create_platform_compatible_process

    async def slowly(*arguments: Any, **named: Any) -> Any:
        await asyncio.sleep(0.2)
        return await start(*arguments, **named)

    monkeypatch.setattr(stdio, "_create_platform_compatible_process", slowly)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with pytest.raises(BuildError, match=r"within 0\.1 s"):
            visit(notes(connect_seconds=0.1))
        gc.collect()
    assert [str(one.message) for one in told if one.category is ResourceWarning] == []


def test_a_program_that_is_not_there_is_named() -> None:
    """As the operating system says it."""
    with pytest.raises(BuildError, match="No such file"):
        visit(McpServer(name="notes", transport="stdio", command="/no/such/program"))


def test_a_missing_secret_starts_nothing() -> None:
    """It is said by name."""
    with pytest.raises(BuildError, match="no secret 'NOTES'"):
        visit(notes(environment={"NOTES_KEY": "${secret:NOTES}"}), key=None)


@pytest.fixture
def http_notes() -> Iterator[McpServer]:
    """The same server over HTTP."""
    import subprocess

    port = free_port()
    process = subprocess.Popen([sys.executable, SERVER, "http", str(port)], stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _listens(port), "the server")
        yield McpServer(name="notes", transport="http", url=f"http://127.0.0.1:{port}/mcp")
    finally:
        process.kill()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_an_agent_uses_a_server_that_the_document_names_by_its_address(http_notes: McpServer) -> None:
    """As text with one tool of it, or as an object with all; under the name that crewAI gives such tools."""
    from tests.bridge.attempts import one_task, run

    document = one_task()
    agents = {"writer": {**document["agents"]["writer"], "mcps": [f"{http_notes.url}#add"]}}
    second = {**document["agents"]["writer"], "mcps": [{"url": http_notes.url, "headers": {"X-Who": "me"}}]}
    tasks = [document["tasks"][0], {**document["tasks"][0], "name": "again", "agent": "second"}]
    attempt = run({**document, "agents": {**agents, "second": second}, "tasks": tasks})
    assert attempt.error is None
    used = [event.tool for event in attempt.events if event.kind == "tool_call_completed"]  # type: ignore[attr-defined]  # of that kind
    port = http_notes.url.split(":")[2].partition("/")[0]
    assert used[0] == f"mcp_127_0_0_1:{port}_mcp_add"
    assert len(used) > 1


def test_a_server_over_http_offers_and_does_the_same(http_notes: McpServer) -> None:
    """Streamable HTTP."""
    found = visit(http_notes, lambda connection: connection.call("add", {"a": 20, "b": 22}, timeout_seconds=60))
    assert text(found) == "42"


class _Refusing(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(401)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Quiet."""


def test_a_refusal_is_said_with_its_status() -> None:
    """401 is a missing or wrong key, and is said as such."""
    refusing = HTTPServer(("127.0.0.1", 0), _Refusing)
    thread = threading.Thread(target=refusing.serve_forever, daemon=True)
    thread.start()
    try:
        with pytest.raises(BuildError, match="HTTP 401"):
            visit(McpServer(name="notes", transport="http", url=f"http://127.0.0.1:{refusing.server_port}/mcp"))
    finally:
        refusing.shutdown()
        refusing.server_close()
        thread.join(60)
