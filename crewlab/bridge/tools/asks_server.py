"""What a tool of an MCP server is to whoever runs tools; so that `mcp` is imported only where there is a server."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from crewai.tools.base_tool import BaseTool


class AsksServer(BaseTool):
    """A tool that somebody else runs: there is nothing to do here but wait."""

    @abstractmethod
    async def ask(self, arguments: dict[str, Any]) -> Any:
        """The result as text, or a failure that the model is told of."""
