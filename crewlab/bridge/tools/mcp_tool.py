"""A tool of an MCP server as crewAI's agents use one."""

from __future__ import annotations

import asyncio
from typing import Any

from crewai.tools.tool_failure import ToolFailure
from crewai.utilities.pydantic_schema_utils import create_model_from_schema
from mcp.types import CallToolResult, TextContent
from pydantic import BaseModel, PrivateAttr, create_model

from crewlab.bridge.tools.asks_server import AsksServer
from crewlab.bridge.tools.mcp_connection import McpConnection
from crewlab.definitions.library.mcp_servers import OfferedTool


class McpTool(AsksServer):
    """Asks its server, on the loop of the attempt; belongs to it."""

    _connection: McpConnection = PrivateAttr()
    _tool: str = PrivateAttr()
    _seconds: float = PrivateAttr()
    _loop: asyncio.AbstractEventLoop = PrivateAttr()

    async def ask(self, arguments: dict[str, Any]) -> Any:
        """The result as text, or a failure that the model is told of.

        Raises:
            McpCallError: The server is gone, or does not answer as one.
            TimeoutError: It took too long.
        """
        if limit := self._claim_usage():
            return limit
        given = {name: value for name, value in self._validate_kwargs(arguments).items() if value is not None}
        return told(await self._connection.call(self._tool, given, timeout_seconds=self._seconds))

    def _run(self, **arguments: Any) -> Any:
        """For who calls it on a thread; on the loop of the attempt nobody would be left to ask the server."""
        if _running_loop() is self._loop:
            raise RuntimeError("a tool of an MCP server cannot be used by crewAI's own executor")
        call = self._connection.call(self._tool, arguments, timeout_seconds=self._seconds)
        return told(asyncio.run_coroutine_threadsafe(call, self._loop).result())


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def mcp_tool(connection: McpConnection, offered: OfferedTool, *, timeout_seconds: float) -> McpTool:
    """The tool under `server_tool`, so that two servers may offer the same. Call it on the loop of the connection."""
    tool = McpTool(
        name=f"{connection.server.name}_{offered.name}",
        description=offered.description or offered.name,
        args_schema=_arguments(offered),
    )
    tool._connection, tool._tool, tool._seconds = connection, offered.name, timeout_seconds
    tool._loop = asyncio.get_running_loop()
    return tool


def told(result: CallToolResult) -> str | ToolFailure:
    """What the model reads: texts as they are, anything else by its kind."""
    parts = [part.text if isinstance(part, TextContent) else f"[{part.type}]" for part in result.content]
    text = "\n".join(parts)
    return ToolFailure(message=text or "The server says that it failed.") if result.isError else text


def _arguments(offered: OfferedTool) -> type[BaseModel]:
    """The model of a call; a schema that cannot be read is any object, which the server then checks."""
    name = "".join(part.title() for part in offered.name.replace("-", "_").split("_")) + "Arguments"
    try:
        found: type[BaseModel] = create_model_from_schema({"title": name, **offered.arguments}, model_name=name)
    except (ValueError, TypeError, KeyError, LookupError, RuntimeError, AttributeError):
        return create_model(name)
    return found
