"""The tools of one attempt: made once, off the loop, and handed out to each task; its MCP servers, and their end."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from crewai.tools.base_tool import BaseTool

from crewlab.bridge.contract import BuildRequest, Credentials
from crewlab.bridge.environment import importing
from crewlab.definitions.library.mcp_servers import McpServer, restored_servers
from crewlab.definitions.library.tool_names import named_tools, server_of
from crewlab.definitions.library.tool_records import plain, restored
from crewlab.definitions.library.written_servers import WrittenServer, written_server, written_servers
from crewlab.definitions.shape import in_crew_shape
from crewlab.errors import BuildError, RecordError, UnknownToolError

if TYPE_CHECKING:
    from crewlab.bridge.tools.mcp_connection import McpConnection

_MAKING_SECONDS = 120.0
_PATIENCE_SECONDS = 0.05
"""An attempt that is over does not wait for a program that takes its time to end."""
_closing: set[asyncio.Task[None]] = set()


class Toolbox:
    """Opened and closed on the loop of the attempt."""

    def __init__(self, request: BuildRequest) -> None:
        self._request = request
        self._records, self._servers = restored(request.tools), restored_servers(request.mcp_servers)
        self._made: dict[str, BaseTool] = {}
        self._connections: dict[str, McpConnection] = {}

    async def open(self) -> None:
        """Make every tool that the document names, and connect to its servers.

        Raises:
            UnknownToolError: A name is neither a tool nor a server.
            BuildError: A tool cannot be made here, or a server cannot be reached.
        """
        names = list(dict.fromkeys(named_tools(self._request.document)))
        if names:
            await self._request.run_blocking(lambda: self._make(names), timeout_seconds=_MAKING_SECONDS)
        named = {name: self._servers[name] for name in map(server_of, names) if name in self._servers}
        await self._connect(named, self._request.credentials)
        await self._connect({one.key: one.server for one in self._written()}, _nobodys)

    def tools(self, names: Iterable[Any]) -> list[BaseTool]:
        """Tools for one task of one agent, in the order of their names.

        Raises:
            UnknownToolError: A server does not offer such a tool.
        """
        return [tool for name in names for tool in self._named(name)]

    async def close(self) -> None:
        """Let all servers go, at once. Idempotent. Who stays longer is waited for by `servers_gone`, not here."""
        if not self._connections:
            return
        closing = asyncio.create_task(_close_all(list(self._connections.values())))
        _closing.add(closing)
        closing.add_done_callback(_closing.discard)
        await asyncio.wait([closing], timeout=_PATIENCE_SECONDS)

    def _is_of_server(self, name: str) -> bool:
        return server_of(name) in self._servers

    def _make(self, names: Iterable[str]) -> None:
        """On a thread: imports take a second, and a constructor may ask a server."""
        making = imported("tools.making")
        request = self._request
        place = making.ToolPlace(request.files, request.folder, request.credentials, request.execution_id[-8:])
        for name in names:
            if not self._is_of_server(name):
                self._made[name] = making.construct(self._records.get(name) or plain(name), place)

    def _written(self) -> list[WrittenServer]:
        try:
            return written_servers(in_crew_shape(self._request.document))
        except RecordError as error:
            raise BuildError(error.message, error.hint) from error

    async def _connect(self, servers: Mapping[str, McpServer], credentials: Credentials) -> None:
        if not servers:
            return
        module = await self._request.run_blocking(
            lambda: imported("tools.mcp_connection"), timeout_seconds=_MAKING_SECONDS
        )
        made = {key: module.McpConnection(server, credentials) for key, server in sorted(servers.items())}
        self._connections |= made
        await asyncio.gather(*(connection.open() for connection in made.values()))

    def _named(self, name: Any) -> list[BaseTool]:
        if (written := written_server(name)) is not None:
            return self._of_server(self._connections[written.key], written.tool)
        if not self._is_of_server(name):
            tool: BaseTool = imported("tools.making").for_one_task(self._made[name])
            return [tool]
        return self._of_server(self._connections[server_of(name)], name.partition(".")[2])

    def _of_server(self, connection: McpConnection, wanted: str) -> list[BaseTool]:
        seconds, module = self._request.tool_timeout_seconds, imported("tools.mcp_tool")
        found = [tool for tool in connection.offers if not wanted or tool.name == wanted]
        if not found:
            offered = ", ".join(tool.name for tool in connection.offers) or "none"
            what = f"The MCP server {connection.server.name!r} has no tool {wanted!r}."
            raise UnknownToolError(what, f"Tools: {offered}.")
        return [module.mcp_tool(connection, tool, timeout_seconds=seconds) for tool in found]


def _nobodys(_name: str) -> None:
    """No secret is sent to an address that a document brought along."""


async def _close_all(connections: list[McpConnection]) -> None:
    await asyncio.gather(*(connection.close() for connection in connections))


async def servers_gone() -> None:
    """Wait until every server of this loop is gone; await it before the loop ends."""
    loop = asyncio.get_running_loop()
    if mine := [task for task in _closing if task.get_loop() is loop]:
        await asyncio.wait(mine)


def imported(name: str) -> Any:
    """A module of the bridge that is loaded when the first tool is; it takes a second, so not on a loop."""
    module = sys.modules.get(f"crewlab.bridge.{name}")
    if module is not None and not getattr(module.__spec__, "_initializing", False):
        return module
    with importing():
        return importlib.import_module(f"crewlab.bridge.{name}")
