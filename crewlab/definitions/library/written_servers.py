"""MCP servers that a document writes out, as crewAI's do, by their address instead of the name of a record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pydantic import ValidationError

from crewlab.definitions.library.mcp_servers import McpServer, require_valid_server
from crewlab.errors import RecordError
from crewlab.secrets.references import names_in

_FIELDS = frozenset({"url", "headers", "streamable", "cache_tools_list", "type", "transport", "tool_filter"})


class WrittenServer(NamedTuple):
    """A server, and the one tool of it that is meant; an empty name is all of them."""

    server: McpServer
    tool: str

    @property
    def key(self) -> str:
        """Equal for servers that are reached in the same way."""
        return self.server.model_dump_json(exclude={"owner", "offers"})


def is_address(reference: Any) -> bool:
    """Whether this is an address, or an object; anything else is the name of a record."""
    return isinstance(reference, Mapping) or (isinstance(reference, str) and "://" in reference)


def written_server(reference: Any) -> WrittenServer | None:
    """The server of an entry under `mcps`; `None` where it is the name of a record.

    Raises:
        RecordError: It is a program, has secrets in it, or is no address.
    """
    if not is_address(reference):
        return None
    given = (
        {"url": reference} if isinstance(reference, str) else {str(name): value for name, value in reference.items()}
    )
    _require_reachable(given)
    url, _, tool = str(given["url"]).partition("#")
    is_sse = given.get("streamable") is False or "sse" in (given.get("type"), given.get("transport"))
    try:
        server = McpServer(
            name=_name(url),
            transport="sse" if is_sse else "http",
            url=url,
            headers=given.get("headers") or {},
        )
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise RecordError(f"The {where} of an MCP server cannot be used.", "Headers are texts by name.") from None
    require_valid_server(server)
    return WrittenServer(server, tool)


def written_servers(document: Mapping[str, Any]) -> list[WrittenServer]:
    """All that agents of a crew name. Raises as `written_server`."""
    agents = document.get("agents")
    bodies = [*(agents.values() if isinstance(agents, Mapping) else ()), document.get("manager_agent")]
    listed = [body.get("mcps") for body in bodies if isinstance(body, Mapping)]
    found = (written_server(one) for names in listed if isinstance(names, list) for one in names)
    return [one for one in found if one is not None]


def _require_reachable(given: Mapping[str, Any]) -> None:
    if "url" not in given or given.get("command") or given.get("tool_filter"):
        hint = "Keep a program as a record under Library > MCP servers, and name that; others have a url."
        raise RecordError("Only an MCP server with an address may be written in a definition.", hint)
    if unknown := sorted(given.keys() - _FIELDS - {"command", "args", "env"}):
        raise RecordError(f"An MCP server has no {unknown[0]!r}.", "It has url, headers and streamable.")
    if any(names_in([given["url"], given.get("headers") or {}])):
        hint = "Keep the server as a record under Library > MCP servers, and name that."
        raise RecordError("A definition sends no secrets to an address that stands in it.", hint)


def _name(url: str) -> str:
    """Its tools begin with it, as in crewAI; a name of a function begins with a letter."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2].replace(".", "_")
        path = parts.path.replace("/", "_").strip("_")
    except ValueError:
        return "mcp"
    name = f"{host}_{path}" if path else host
    return name if re.match(r"[A-Za-z]", name) else f"mcp_{name}"
