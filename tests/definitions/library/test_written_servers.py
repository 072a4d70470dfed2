"""MCP servers that a document writes out."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.definitions.library.tool_names import named_tools
from crewlab.definitions.library.written_servers import written_server, written_servers
from crewlab.errors import RecordError


@pytest.mark.parametrize(
    ("reference", "transport", "name", "tool"),
    [
        ("https://api.weather.com/mcp#forecast", "http", "api_weather_com_mcp", "forecast"),
        ("http://127.0.0.1:9/mcp", "http", "mcp_127_0_0_1:9_mcp", ""),
        ({"url": "https://x.example"}, "http", "x_example", ""),
        ({"url": "https://x.example/sse", "streamable": False}, "sse", "x_example_sse", ""),
        ({"url": "https://x.example/sse", "type": "sse", "headers": {"X": "y"}}, "sse", "x_example_sse", ""),
    ],
)
def test_an_address_is_a_server(reference: Any, transport: str, name: str, tool: str):
    """In each of crewAI's shapes; its tools are named as crewAI names them."""
    found = written_server(reference)
    assert found is not None
    assert (found.server.transport, found.server.name, found.tool) == (transport, name, tool)


def test_any_other_text_is_the_name_of_a_record():
    """Or of a tool of one."""
    assert written_server("notes") is None
    assert written_server("notes.add") is None


@pytest.mark.parametrize(
    "reference",
    [
        {"command": "rm", "args": ["-rf", "/"]},
        {"command": "rm", "url": "https://x.example"},
        {"url": "https://x.example", "tool_filter": {"python": "a.b"}},
        {"url": "https://x.example", "headers": {"Authorization": "${secret:OPENAI_API_KEY}"}},
        {"url": "https://${secret:OPENAI_API_KEY}.x.example"},
        {"url": "https://me:pass@x.example"},
        {"url": "https://x.example", "headers": {"X": 5}},
        {"url": "https://x.example", "headers": {"X": "a\nb"}},
        {"url": "https://x.example", "hedders": {}},
        {"url": 5},
        {},
        "file:///etc/passwd",
        "https://[broken",
    ],
)
def test_nothing_is_started_and_no_secret_sent(reference: Any):
    """A document that somebody sent must not run a program here, or take a key to its own server."""
    with pytest.raises(RecordError):
        written_server(reference)


def test_servers_of_a_document_are_not_tools_of_the_library():
    """They are found, and nobody looks for records of their names."""
    agent = {"mcps": ["notes", "https://x.example#a", {"url": "https://y.example"}], "tools": ["FileReadTool"]}
    document = {"agents": {"a": agent}, "tasks": [], "manager_agent": {"mcps": ["https://z.example"]}}
    assert list(named_tools(document)) == ["FileReadTool", "notes"]
    assert [found.server.name for found in written_servers(document)] == ["x_example", "y_example", "z_example"]
