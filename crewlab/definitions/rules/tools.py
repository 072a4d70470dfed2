"""Names of tools and MCP servers: whether they are there, and can be used on this machine."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from crewlab.definitions.library.tool_names import server_of
from crewlab.definitions.library.written_servers import is_address, written_server
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.subject import Part, Subject, error, listed, warning
from crewlab.errors import RecordError

_ALIKE = 0.8
"""Less is another tool: most names end alike."""


def tool_names(subject: Subject) -> Iterable[Problem]:
    """Under `tools` stand tools and MCP servers, under `mcps` servers; each can be made here."""
    if subject.known.tools is None:
        return
    for part in subject.parts:
        for field in ("tools", "mcps"):
            for name in dict.fromkeys(part.names(field)):
                if field == "mcps" and is_address(name):
                    continue
                yield from _named(subject, part, field, name)


def written_servers(subject: Subject) -> Iterable[Problem]:
    """A server that is written out has an address, and is sent no secret; who it is told of what, is said."""
    for part in subject.parts:
        listed_here = part.body.get("mcps")
        for number, reference in enumerate(listed_here if isinstance(listed_here, list) else []):
            where = f"{part.where}.mcps.{number}"
            try:
                found = written_server(reference)
            except RecordError as problem:
                yield error("mcp.written", where, problem.message, problem.hint)
            else:
                if found is not None:
                    what = f"{found.server.url[:120]} will see what the agent asks its tools."
                    yield warning("mcp.address", where, what, "Remove it unless you trust that server.")


def _named(subject: Subject, part: Part, field: str, name: str) -> Iterable[Problem]:
    where, known, servers = f"{part.where}.{field}", subject.known.tools or frozenset(), subject.known.offers or {}
    server = server_of(name)
    choices = servers if field == "mcps" else known
    if server not in choices or (server != name and server not in servers):
        yield _unknown(part, field, name, choices)
    elif found := (subject.known.tool_obstacles or {}).get(server):
        what = found.what if name in found.what else f"{name}: {found.what}"
        yield error(found.id, where, what, found.hint)
    elif server != name and servers[server] and name.partition(".")[2] not in servers[server]:
        what = f"The MCP server {server!r} had no tool {name.partition('.')[2]!r} when it was last tested."
        yield warning("mcp.tool.unknown", where, what, f"It had {listed(servers[server])}.")


def _unknown(part: Part, field: str, name: str, choices: Iterable[str]) -> Problem:
    kind = part.where.partition(".")[0].removesuffix("s")
    close = get_close_matches(name[:80], list(choices), n=1, cutoff=_ALIKE)
    if field == "mcps":
        what, rest = (
            f"There is no MCP server {name[:80]!r}.",
            "See Library > MCP servers; only what is there is started.",
        )
    else:
        what = f"There is no tool {name[:80]!r} on CrewLab's list."
        rest = "Make one of that name under Library > Tools, or take it out."
    hint = f"Did you mean {close[0]!r}?" if close else rest
    return error(f"{kind}.{field}.unknown", f"{part.where}.{field}", what, hint)
