"""A connection to one MCP server, for one attempt, on its loop."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import IO, Any

import anyio
import httpx
from mcp import ClientSession, McpError, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult

from crewlab.bridge.contract import Credentials
from crewlab.definitions.library.mcp_servers import McpServer, OfferedTool, server_obstacle
from crewlab.errors import BuildError
from crewlab.secrets.references import filled, names_in

CLOSE_SECONDS = 3.0
MOST_TOOLS = 500
ENDED = (anyio.ClosedResourceError, anyio.BrokenResourceError, anyio.EndOfStream)
FAILURES = (ExceptionGroup, McpError, httpx.HTTPError, OSError, RuntimeError, ValueError, *ENDED)
"""What a transport may raise; most of it comes in groups."""


class McpCallError(Exception):
    """A server could not run a tool: the model is told in these words, and may go on without."""


class McpConnection:
    """Open from `open()` to `close()`, both awaited on one loop. Nothing of it outlives the attempt."""

    def __init__(self, server: McpServer, credentials: Credentials) -> None:
        self.server = server
        self.offers: tuple[OfferedTool, ...] = ()
        self._credentials = credentials
        self._session: ClientSession | None = None
        self._serving: asyncio.Task[None] | None = None
        self._leaving, self._is_started = asyncio.Event(), asyncio.Event()
        self._refused = ""

    async def open(self) -> None:
        """Start or reach the server, and ask what it offers.

        Raises:
            BuildError: It cannot be reached, or does not answer in time as an MCP server does.
        """
        known = {name for name in names_in(self.server.model_dump(mode="json")) if self._credentials(name)}
        if found := server_obstacle(self.server, known):
            raise BuildError(f"MCP server {self.server.name!r}: {found.what}", found.hint)
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._serving = asyncio.create_task(self._serve(ready), name=f"mcp-{self.server.name}")
        try:
            async with asyncio.timeout(self.server.connect_seconds):
                await ready
        except TimeoutError:
            await self.close()
            told = f"; {self._refused}" if self._refused else ""
            self._refused = f"it did not answer within {self.server.connect_seconds:g} s{told}"
            raise self._unreachable("") from None
        except BaseException:  # raised again: also when cancelled, no program is left behind
            await self.close()
            raise

    async def call(self, tool: str, arguments: dict[str, Any], *, timeout_seconds: float) -> CallToolResult:
        """Let the server run one of its tools.

        Raises:
            McpCallError: The server is gone, refuses, or answers with something else.
            TimeoutError: It took too long; the server is told to stop.
        """
        if self._session is None or self._serving is None or self._serving.done():
            raise self._failed("is gone")
        limit = timedelta(seconds=timeout_seconds)
        try:
            async with asyncio.timeout(timeout_seconds):
                return await self._session.call_tool(tool, arguments, read_timeout_seconds=limit)
        except TimeoutError:
            raise
        except McpError as error:
            if "Timed out" in str(error):
                raise TimeoutError from None
            raise self._failed(f"failed: {error}") from error
        except ENDED as error:
            raise self._failed("is gone") from error
        except (RuntimeError, ValueError, OSError) as error:  # an answer that is none
            raise self._failed(f"failed: {error}") from error

    async def close(self) -> None:
        """Let the server go: a program is told to end, and made to if it does not. Idempotent."""
        self._leaving.set()
        serving, is_open, self._session = self._serving, self._session is not None, None
        if serving is not None:
            if not is_open:  # it listens to nothing else yet
                await self._started_or_over(serving)
                serving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([serving], timeout=CLOSE_SECONDS)
                serving.cancel()
                await asyncio.wait([serving], timeout=CLOSE_SECONDS)

    async def _started_or_over(self, serving: asyncio.Task[None]) -> None:
        """Who is stopped while it starts a program leaves its streams open."""
        started = asyncio.create_task(self._is_started.wait())
        try:
            await asyncio.wait([serving, started], timeout=CLOSE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            started.cancel()

    async def _serve(self, ready: asyncio.Future[None]) -> None:
        """Holds the connection: what is entered here is left here, as its parts demand."""
        try:
            async with self._streams() as (read, write), ClientSession(read, write) as session:
                await session.initialize()
                self.offers = await _offered(session)
                self._session = session
                ready.set_result(None)
                await self._leaving.wait()
        except FAILURES as error:
            self._refused = self._refused or _innermost(error)
        finally:
            self._session = None
            if not ready.done():
                ready.set_exception(self._unreachable("it ended at once"))

    @asynccontextmanager
    async def _streams(self) -> AsyncIterator[tuple[Any, Any]]:
        server = self._filled()
        if server.transport != "stdio":
            self._is_started.set()
        if server.transport == "stdio":
            with tempfile.TemporaryFile("w+", errors="replace") as log:
                parameters = StdioServerParameters(
                    command=server.command, args=list(server.args), env=server.environment or None
                )
                try:
                    async with stdio_client(parameters, errlog=log) as streams:
                        self._is_started.set()
                        yield streams
                finally:
                    self._refused = self._refused or _last_line(log)
        elif server.transport == "http":
            client = httpx.AsyncClient(
                headers=server.headers,
                timeout=httpx.Timeout(30.0, read=300.0),
                event_hooks={"response": [self._look_at]},
                trust_env=False,
            )
            async with client, streamable_http_client(server.url, http_client=client) as (read, write, _):
                yield read, write
        else:
            async with sse_client(server.url, headers=dict(server.headers)) as streams:
                yield streams

    async def _look_at(self, response: httpx.Response) -> None:
        """Remember a refusal: the layers above say only that there was no answer."""
        if response.status_code >= 400 and response.request.method == "POST":
            self._refused = f"it answered HTTP {response.status_code} {response.reason_phrase}"

    def _filled(self) -> McpServer:
        lookup: Callable[[str], str] = lambda name: self._credentials(name) or ""  # noqa: E731 - one use, named by type
        fields = ("args", "environment", "url", "headers")
        return self.server.model_copy(update={name: filled(getattr(self.server, name), lookup) for name in fields})

    def _unreachable(self, reason: str) -> BuildError:
        told = self._refused or reason
        hint = "Test it under Library > MCP servers: its program or address, its key, and whether it is running."
        return BuildError(f"The MCP server {self.server.name!r} cannot be used: {told}.", hint)

    def _failed(self, what: str) -> McpCallError:
        why = f" ({self._refused})" if self._refused else ""
        return McpCallError(f"The MCP server {self.server.name!r} {what}{why}.")


async def _offered(session: ClientSession) -> tuple[OfferedTool, ...]:
    """Every tool of the server, over all pages of its list."""
    found: list[OfferedTool] = []
    cursor: str | None = None
    while len(found) < MOST_TOOLS:
        page = await session.list_tools(cursor)
        found += [
            OfferedTool(name=tool.name, description=tool.description or "", arguments=tool.inputSchema)
            for tool in page.tools
        ]
        cursor = page.nextCursor
        if not cursor:
            break
    return tuple(found[:MOST_TOOLS])


def _innermost(error: BaseException) -> str:
    """The words of the first cause within groups."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return " ".join(str(error).split())[:300] or type(error).__name__


def _last_line(log: IO[str]) -> str:
    """What a program said last before it ended."""
    log.seek(0)
    lines = [line.strip() for line in log.read()[-4000:].splitlines() if line.strip()]
    return f"it said: {lines[-1][:300]}" if lines else ""
