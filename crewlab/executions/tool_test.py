"""What a test of a tool, or of an MCP server, has found."""

from __future__ import annotations

from dataclasses import dataclass

from crewlab.definitions.library.mcp_servers import OfferedTool


@dataclass(frozen=True)
class ToolTest:
    """One call of a tool to see whether it works."""

    ok: bool
    latency_seconds: float
    result: str = ""
    error: str = ""
    hint: str = ""


@dataclass(frozen=True)
class ServerTest:
    """One visit to an MCP server to see what it offers."""

    ok: bool
    latency_seconds: float
    tools: tuple[OfferedTool, ...] = ()
    error: str = ""
    hint: str = ""
