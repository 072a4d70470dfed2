"""Which tools, servers and tools of servers a document names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crewlab.definitions.flows.crews import crew_documents
from crewlab.definitions.library.written_servers import is_address


def named_tools(document: Mapping[str, Any]) -> Iterator[str]:
    """Each name under `tools` and `mcps` of agents, the manager and tasks, and what a flow calls; no addresses."""
    for holder in (holder for crew in crew_documents(document) for holder in _holders(crew)):
        for field in ("tools", "mcps"):
            names = holder.get(field)
            for name in names if isinstance(names, list | tuple) else ():
                if isinstance(name, str) and not is_address(name):
                    yield name


def server_of(name: str) -> str:
    """The server part of `server` or `server.tool`."""
    return name.partition(".")[0]


def _holders(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    agents = document.get("agents")
    agents = list(agents.values()) if isinstance(agents, Mapping) else agents
    tasks = document.get("tasks")
    for part in (agents, tasks, [document.get("manager_agent")]):
        for holder in part if isinstance(part, list) else ():
            if isinstance(holder, Mapping):
                yield holder


def tool_named(reference: str) -> str:
    """The name of a tool that crewAI would write as `crewai_tools:Name`; any other is itself."""
    return reference.removeprefix("crewai_tools:")
