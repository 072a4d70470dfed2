"""What an agent may be given, as a person picks it."""

from __future__ import annotations

from typing import NamedTuple


class ToolInfo(NamedTuple):
    """A tool, a record of one, an MCP server (all its tools) or one tool of a server."""

    name: str
    description: str
