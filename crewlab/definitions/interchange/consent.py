"""Records that do something by themselves: nothing that was sent makes them part of the Library unasked."""

from __future__ import annotations

from urllib.parse import urlsplit

from crewlab.definitions.library.mcp_servers import McpServer
from crewlab.definitions.library.model_profiles import ModelProfile
from crewlab.definitions.library.tool_catalogue import tool_specs
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.secrets.references import names_in


def asks_of_tool(record: ToolRecord) -> str:
    """What a person has to agree to before this tool is kept; empty for nothing."""
    spec = tool_specs().get(record.type)
    risks = [] if spec is None else list(spec.risks if spec.needs_confirmation else ())
    return _sentence([*risks, *_given([record.configuration, record.environment])])


def asks_of_server(server: McpServer) -> str:
    """What a person has to agree to before this server is kept."""
    if server.transport == "stdio":
        line = " ".join([server.command, *server.args])[:120]
        return _sentence([f"starts the program {line!r}", *_given([server.environment, server.args])])
    return _sentence([f"asks {_host(server.url)}", *_given([server.url, server.headers])])


def asks_of_profile(profile: ModelProfile) -> str:
    """What a person has to agree to before this profile is kept; empty for a provider's own model."""
    at = [f"sends prompts to {_host(profile.base_url)}"] if profile.base_url else []
    return _sentence([*at, *_given([profile.api_key, profile.parameters])])


def _given(value: object) -> list[str]:
    return [f"is given the secret {name}" for name in dict.fromkeys(names_in(value))]


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url[:80]
    except ValueError:
        return url[:80]


def _sentence(parts: list[str]) -> str:
    return " and ".join(parts)
