"""MCP servers as people keep them: a program to start, or an address, and the tools that it was found to offer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from crewlab.definitions.library.record_file import LibraryRecord
from crewlab.definitions.library.tool_records import Obstacle, require_references
from crewlab.errors import RecordError
from crewlab.secrets.references import LOOKS_LIKE_ONE, REFERENCE, names_in

Transport = Literal["stdio", "http", "sse"]


class OfferedTool(BaseModel):
    """A tool of a server, in the words of the server."""

    model_config = ConfigDict(frozen=True)

    name: str
    description: str = ""
    arguments: dict[str, Any] = Field(default_factory=dict)
    """JSON Schema of a call."""


class McpServer(LibraryRecord):
    """How to reach a server. Its secrets are references, never values.

    A program is code on this machine: only a record starts one, never a definition that somebody sent.
    """

    transport: Transport
    command: str = ""
    """The program of a `stdio` server."""
    args: tuple[str, ...] = ()
    environment: dict[str, str] = Field(default_factory=dict)
    """Variables for the program; any may say `${secret:NAME}`."""
    url: str = ""
    """The address of an `http` (streamable) or `sse` server."""
    headers: dict[str, str] = Field(default_factory=dict)
    """Sent with each request; any may say `${secret:NAME}`."""
    connect_seconds: float = Field(default=20.0, gt=0, le=300)
    """Longest time until it has said what it offers."""
    offers: tuple[OfferedTool, ...] = ()
    """Its tools when it was last tested."""


def require_valid_server(server: McpServer) -> None:
    """Raises `RecordError` when nothing could be reached like this."""
    if server.transport == "stdio" and not server.command.strip():
        raise RecordError("A stdio server needs a program to start.", "Write it as command, such as python or npx.")
    if server.transport != "stdio":
        _require_address(server.url)
    if any(not value.isprintable() for value in server.headers.values()):
        raise RecordError("A header holds a character that cannot be sent.", "Keep each header on one line.")
    require_references({**server.environment, **server.headers})
    written = str([server.args, server.environment, server.url, server.headers])
    if LOOKS_LIKE_ONE in REFERENCE.sub("", written):
        raise RecordError("A reference to a secret is misspelt.", "Write ${secret:NAME}.")


def server_obstacle(server: McpServer, known: Collection[str]) -> Obstacle | None:
    """Why it cannot be asked now, were these secrets known; `None` when it can be tried."""
    wanted = dict.fromkeys(names_in([server.args, server.environment, server.url, server.headers]))
    unknown = [name for name in wanted if name not in known]
    if unknown:
        return Obstacle("secret.unknown", f"There is no secret {unknown[0]!r}.", "Store it under Library > Secrets.")
    return None


def server_snapshot(server: McpServer) -> dict[str, Any]:
    """What an execution keeps of a server: how it is reached."""
    return server.model_dump(mode="json", exclude={"owner", "offers"}, exclude_defaults=True)


def restored_servers(servers: Mapping[str, Any]) -> dict[str, McpServer]:
    """The servers of a snapshot."""
    return {name: McpServer.model_validate(server) for name, server in servers.items()}


def _require_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not is_address:
        raise RecordError(f"{url[:120]!r} is no address of a server.", "Write it as https://server.example/mcp.")
    if parts.username or parts.password:
        raise RecordError("A password is written in the address.", "Store it as a secret, and send it in a header.")
