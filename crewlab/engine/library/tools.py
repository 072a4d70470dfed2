"""The tools and MCP servers of one owner: kept, checked against this machine, and resolved for a launch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from crewlab.definitions.library.mcp_servers import (
    McpServer,
    require_valid_server,
    restored_servers,
    server_obstacle,
    server_snapshot,
)
from crewlab.definitions.library.record_file import RecordFile
from crewlab.definitions.library.tool_catalogue import tool_specs
from crewlab.definitions.library.tool_names import named_tools, server_of
from crewlab.definitions.library.tool_records import (
    Obstacle,
    ToolRecord,
    obstacle,
    plain,
    require_valid,
    restored,
    snapshot,
)
from crewlab.definitions.library.tools import ToolInfo
from crewlab.errors import RecordError, RecordNotFoundError
from crewlab.secrets.keys import Keys
from crewlab.secrets.redactor import Redactor
from crewlab.settings import Settings


class Resolved(NamedTuple):
    """What a document names, as an execution keeps it."""

    tools: dict[str, dict[str, Any]]
    mcp_servers: dict[str, dict[str, Any]]


NOTHING = Resolved({}, {})


class ToolLibrary:
    """Records in the data folder. Safe over threads and processes."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self._owner, self._keys = settings.owner, keys
        self._tools = RecordFile(settings.data / "tools.json", ToolRecord, "tool")
        self._servers = RecordFile(settings.data / "mcp_servers.json", McpServer, "MCP server")

    @property
    def changes(self) -> object:
        """Differs from what it was whenever `obstacles` may, keys apart."""
        return self._tools.changes, self._servers.changes

    # -- records -------------------------------------------------------------------------------------------------

    def tools(self) -> list[ToolRecord]:
        return self._tools.all(owner=self._owner)

    def servers(self) -> list[McpServer]:
        return self._servers.all(owner=self._owner)

    def tool(self, name: str) -> ToolRecord:
        """A record, or a tool of the catalogue as it comes. Raises `RecordNotFoundError`."""
        found = self._tools.find(name, owner=self._owner) or (plain(name) if name in tool_specs() else None)
        if found is None:
            hint = "`python -m crewlab tools list` shows what there is."
            raise RecordNotFoundError(f"There is no tool {name!r}.", hint)
        return found

    def server(self, name: str) -> McpServer:
        """A record. Raises `RecordNotFoundError`."""
        found = self._servers.find(name, owner=self._owner)
        if found is None:
            hint = "`python -m crewlab mcp list` shows what there is."
            raise RecordNotFoundError(f"There is no MCP server {name!r}.", hint)
        return found

    def save_tool(self, record: ToolRecord) -> ToolRecord:
        """Raises `RecordError` when it could not be made into a tool, or holds a secret in clear."""
        require_valid(record)
        self._require_free(record.name, {*tool_specs(), *(server.name for server in self.servers())})
        self._require_no_secret(record.model_dump(mode="json"))
        kept = record.model_copy(update={"owner": self._owner})
        self._tools.put(kept)
        return kept

    def save_server(self, server: McpServer) -> McpServer:
        """Raises `RecordError` when nothing could be reached like this, or it holds a secret in clear."""
        require_valid_server(server)
        self._require_free(server.name, {*tool_specs(), *(record.name for record in self.tools())})
        self._require_no_secret(server.model_dump(mode="json"))
        kept = server.model_copy(update={"owner": self._owner})
        self._servers.put(kept)
        return kept

    def delete_tool(self, name: str) -> None:
        self._tools.delete(name, owner=self._owner)

    def delete_server(self, name: str) -> None:
        self._servers.delete(name, owner=self._owner)

    # -- for definitions -----------------------------------------------------------------------------------------

    def names(self, kept: Resolved = NOTHING) -> frozenset[str]:
        """Everything that may stand under `tools`, tools of servers apart; with what an execution has `kept`."""
        records = (record.name for record in (*self.tools(), *self.servers()))
        return frozenset({*tool_specs(), *records, *kept.tools, *kept.mcp_servers})

    def obstacles(self, kept: Resolved = NOTHING) -> dict[str, Obstacle]:
        """Why tools and servers cannot be used on this machine, by name; what is not in it can."""
        known = self._keys.variables()
        found = {name: obstacle(plain(name), known) for name in tool_specs()}
        found |= {record.name: obstacle(record, known) for record in (*self.tools(), *restored(kept.tools).values())}
        servers = (*self.servers(), *restored_servers(kept.mcp_servers).values())
        found |= {server.name: server_obstacle(server, known) for server in servers}
        return {name: reason for name, reason in found.items() if reason is not None}

    def offers(self, kept: Resolved = NOTHING) -> dict[str, tuple[str, ...]]:
        """Servers, each with the tools that it was found to have; none when it was never tested."""
        found = {server.name: tuple(tool.name for tool in server.offers) for server in self.servers()}
        return found | dict.fromkeys(kept.mcp_servers, ())

    def ready(self) -> list[ToolInfo]:
        """What an agent may be given now: records first, then servers with their tools, then the catalogue."""
        hindered = self.obstacles()
        return [tool for tool in self._named() if server_of(tool.name) not in hindered]

    def _named(self) -> Iterator[ToolInfo]:
        for record in self.tools():
            yield ToolInfo(record.name, record.description or tool_specs()[record.type].description)
        for server in self.servers():
            yield ToolInfo(server.name, "All tools of this MCP server.")
            yield from (ToolInfo(f"{server.name}.{tool.name}", tool.description) for tool in server.offers)
        yield from (ToolInfo(spec.name, spec.description) for spec in tool_specs().values())

    def resolve(self, document: Mapping[str, Any]) -> Resolved:
        """The records that a document names; tools of the catalogue need none."""
        wanted = {server_of(name) for name in named_tools(document)}
        tools = {record.name: snapshot(record) for record in self.tools() if record.name in wanted}
        servers = {server.name: server_snapshot(server) for server in self.servers() if server.name in wanted}
        return Resolved(tools, servers)

    def _require_free(self, name: str, others: Iterable[str]) -> None:
        if name in others:
            raise RecordError(f"Something else is called {name!r}.", "Definitions refer by name: choose another one.")

    def _require_no_secret(self, record: Mapping[str, Any]) -> None:
        if Redactor(self._keys).finds(record):
            raise RecordError(
                "The value of a known secret is written in the record.", "Write ${secret:NAME} in its place."
            )
