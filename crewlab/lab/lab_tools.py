"""Tools and MCP servers of the lab: keeping, trying and deleting them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crewlab.definitions.arguments import of_class
from crewlab.definitions.library.mcp_servers import McpServer
from crewlab.definitions.library.tool_catalogue import ToolSpec, tool_specs
from crewlab.definitions.library.tool_names import named_tools, server_of
from crewlab.definitions.library.tool_records import Obstacle, ToolRecord, require_valid
from crewlab.lab.parts import LabParts

if TYPE_CHECKING:
    from crewlab.definitions.library.tools import ToolInfo
    from crewlab.executions.tool_test import ServerTest, ToolTest


class LabTools(LabParts):
    """What agents may use."""

    def tool_catalogue(self) -> list[ToolSpec]:
        """Every tool that crewai_tools brings, by name, with what it takes and needs."""
        return list(tool_specs().values())

    def tool_obstacles(self) -> dict[str, Obstacle]:
        """Why tools and servers cannot be used on this machine, by name; what is not in it can."""
        return self._catalogue.tool_library.obstacles()

    def tool_names(self) -> list[ToolInfo]:
        """The tools that an agent may be given."""
        return self._catalogue.tools()

    def tools(self) -> list[ToolRecord]:
        """The configured tools, by name."""
        return self._catalogue.tool_library.tools()

    def save_tool(self, record: ToolRecord) -> ToolRecord:
        """Keep a tool, in place of one with the same name; executions keep what they ran with.

        Raises:
            RecordError: It could not be made into a tool, another thing has its name, or a secret is written in it.
            ArgumentError: It is no record.
        """
        return self._catalogue.tool_library.save_tool(of_class(record, "record", ToolRecord))

    def delete_tool(self, name: str) -> None:
        """Forget a tool; see `uses_of_tool` first. Raises `RecordNotFoundError` when there is none."""
        self._catalogue.tool_library.delete_tool(name)

    def uses_of_tool(self, name: str) -> list[str]:
        """The names of the definitions whose latest version names this tool or MCP server."""
        definitions = self.store.definitions
        owner = self.settings.owner
        return [
            known.name
            for known in definitions.list(owner=owner)
            if name in map(server_of, named_tools(definitions.version(known.definition_id, owner=owner).document))
        ]

    def test_tool(self, tool: str | ToolRecord, arguments: Mapping[str, Any] | None = None) -> ToolTest:
        """Call a tool once, by its name or as a record that is not kept yet; a failure is part of the answer.

        Raises:
            RecordNotFoundError: There is no such tool.
            RecordError: The record could not be made into one.
        """
        record = self._catalogue.tool_library.tool(tool) if isinstance(tool, str) else tool
        require_valid(record)
        return self.redactor.mask_fields(self.engine.test_tool(record, arguments or {}))

    def mcp_servers(self) -> list[McpServer]:
        """The MCP servers, by name."""
        return self._catalogue.tool_library.servers()

    def save_mcp_server(self, server: McpServer) -> McpServer:
        """Keep an MCP server, in place of one with the same name. A `stdio` server is a program that will be started.

        Raises:
            RecordError: It could not be reached like this, another thing has its name, or a secret is written in it.
            ArgumentError: It is no record.
        """
        return self._catalogue.tool_library.save_server(of_class(server, "server", McpServer))

    def delete_mcp_server(self, name: str) -> None:
        """Forget an MCP server; see `uses_of_tool` first. Raises `RecordNotFoundError` when there is none."""
        self._catalogue.tool_library.delete_server(name)

    def test_mcp_server(self, server: str | McpServer) -> ServerTest:
        """Ask a server what it offers, and remember that for one that is kept; a failure is part of the answer.

        Raises:
            RecordNotFoundError: There is no such server.
            RecordError: It could not be reached like this.
        """
        library = self._catalogue.tool_library
        asked = library.server(server) if isinstance(server, str) else server
        found = self.redactor.mask_fields(self.engine.test_server(asked))
        if found.ok and isinstance(server, str):
            library.save_server(asked.model_copy(update={"offers": found.tools}))
        return found
