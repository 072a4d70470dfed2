"""Tools and MCP servers of the running app, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.arguments import of_class
from crewlab.definitions.library.mcp_servers import McpServer, OfferedTool
from crewlab.definitions.library.tool_catalogue import ToolSpec
from crewlab.definitions.library.tool_records import Obstacle, ToolRecord
from crewlab.definitions.library.tools import ToolInfo
from crewlab.executions.tool_test import ServerTest, ToolTest
from crewlab.remote.connection import Connection
from crewlab.remote.records import records


class RemoteTools:
    """The methods of `Lab` on tools and MCP servers; a part of `RemoteLab`."""

    _connection: Connection

    def tool_catalogue(self) -> list[ToolSpec]:
        """Every tool that crewai_tools brings, by name, with what it takes and needs."""
        return records(ToolSpec, self._connection.get("tool-catalogue"))

    def tool_obstacles(self) -> dict[str, Obstacle]:
        """Why tools and servers cannot be used in the app, by name; what is not in it can."""
        return {name: Obstacle(*reason) for name, reason in self._connection.get("tool-obstacles").items()}

    def tool_names(self) -> list[ToolInfo]:
        """The tools that an agent may be given."""
        return [ToolInfo(*tool) for tool in self._connection.get("tool-names")]

    def tools(self) -> list[ToolRecord]:
        """The configured tools, by name."""
        return records(ToolRecord, self._connection.get("tools"))

    def save_tool(self, record: ToolRecord) -> ToolRecord:
        """Keep a tool, in place of one with the same name; executions keep what they ran with.

        Raises:
            RecordError: It could not be made into a tool, another thing has its name, or a secret is written in it.
            ArgumentError: It is no record.
        """
        body = {"record": of_class(record, "record", ToolRecord).model_dump(mode="json")}
        return ToolRecord.model_validate(self._connection.post("tools", body=body))

    def delete_tool(self, name: str) -> None:
        """Forget a tool; see `uses_of_tool` first. Raises `RecordNotFoundError` when there is none."""
        self._connection.delete("tools", name)

    def uses_of_tool(self, name: str) -> list[str]:
        """The names of the definitions whose latest version names this tool or MCP server."""
        return list(self._connection.get("tool-uses", name))

    def test_tool(self, tool: str | ToolRecord, arguments: Mapping[str, Any] | None = None) -> ToolTest:
        """Call a tool once, by its name or as a record that is not kept yet; a failure is part of the answer.

        Raises:
            RecordNotFoundError: There is no such tool.
            RecordError: The record could not be made into one.
        """
        asked = tool if isinstance(tool, str) else tool.model_dump(mode="json")
        body = {"tool": asked, "arguments": dict(arguments or {})}
        return ToolTest(**self._connection.post("test-tool", body=body))

    def mcp_servers(self) -> list[McpServer]:
        """The MCP servers, by name."""
        return records(McpServer, self._connection.get("mcp-servers"))

    def save_mcp_server(self, server: McpServer) -> McpServer:
        """Keep an MCP server, in place of one with the same name. A `stdio` server is a program that will be started.

        Raises:
            RecordError: It could not be reached like this, another thing has its name, or a secret is written in it.
            ArgumentError: It is no record.
        """
        body = {"server": of_class(server, "server", McpServer).model_dump(mode="json")}
        return McpServer.model_validate(self._connection.post("mcp-servers", body=body))

    def delete_mcp_server(self, name: str) -> None:
        """Forget an MCP server; see `uses_of_tool` first. Raises `RecordNotFoundError` when there is none."""
        self._connection.delete("mcp-servers", name)

    def test_mcp_server(self, server: str | McpServer) -> ServerTest:
        """Ask a server what it offers, and remember that for one that is kept; a failure is part of the answer.

        Raises:
            RecordNotFoundError: There is no such server.
            RecordError: It could not be reached like this.
        """
        asked = server if isinstance(server, str) else server.model_dump(mode="json")
        found = self._connection.post("test-mcp-server", body={"server": asked})
        tools = tuple(OfferedTool.model_validate(tool) for tool in found.pop("tools"))
        return ServerTest(**found, tools=tools)
