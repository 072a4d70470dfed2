"""What definitions name that is kept beside them: tools, MCP servers, model profiles and files of knowledge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crewlab.definitions.library.mcp_servers import McpServer
from crewlab.definitions.library.model_profiles import ModelProfile
from crewlab.definitions.library.tool_records import ToolRecord


@dataclass(frozen=True)
class Records:
    """Each kind by name. None of them holds a secret: they refer to secrets by name."""

    tools: Mapping[str, ToolRecord] = field(default_factory=dict)
    servers: Mapping[str, McpServer] = field(default_factory=dict)
    profiles: Mapping[str, ModelProfile] = field(default_factory=dict)
    knowledge: Mapping[str, bytes] = field(default_factory=dict)
    """Files by their paths in the folder of knowledge."""
