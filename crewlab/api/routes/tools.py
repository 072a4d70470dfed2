"""Routes about tools and MCP servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewlab.api.operation import Call, Operation
from crewlab.api.requests import ServerSaveRequest, ServerTestRequest, ToolSaveRequest, ToolTestRequest
from crewlab.definitions.library.mcp_servers import McpServer
from crewlab.definitions.library.tool_catalogue import ToolSpec
from crewlab.definitions.library.tool_records import Obstacle, ToolRecord
from crewlab.executions.tool_test import ServerTest, ToolTest

if TYPE_CHECKING:
    from crewlab.lab import Lab


def _save_tool(lab: Lab, call: Call) -> ToolRecord:
    return lab.save_tool(call.body.record)


def _delete_tool(lab: Lab, call: Call) -> None:
    lab.delete_tool(call.path["name"])


def _test_tool(lab: Lab, call: Call) -> ToolTest:
    return lab.test_tool(call.body.tool, call.body.arguments)


def _uses(lab: Lab, call: Call) -> list[str]:
    return lab.uses_of_tool(call.path["name"])


def _save_server(lab: Lab, call: Call) -> McpServer:
    return lab.save_mcp_server(call.body.server)


def _delete_server(lab: Lab, call: Call) -> None:
    lab.delete_mcp_server(call.path["name"])


def _test_server(lab: Lab, call: Call) -> ServerTest:
    return lab.test_mcp_server(call.body.server)


OPERATIONS = (
    Operation(
        "GET", "/tool-catalogue", "All tools of crewai_tools", lambda lab, call: lab.tool_catalogue(), list[ToolSpec]
    ),
    Operation(
        "GET",
        "/tool-obstacles",
        "Why tools and servers cannot be used here",
        lambda lab, call: lab.tool_obstacles(),
        dict[str, Obstacle],
    ),
    Operation("GET", "/tools", "Configured tools", lambda lab, call: lab.tools(), list[ToolRecord]),
    Operation("POST", "/tools", "Keep a tool", _save_tool, ToolRecord, body=ToolSaveRequest),
    Operation("DELETE", "/tools/{name}", "Forget a tool", _delete_tool),
    Operation("GET", "/tool-uses/{name}", "Definitions that name a tool or an MCP server", _uses, list[str]),
    Operation("POST", "/test-tool", "Call a tool once", _test_tool, ToolTest, body=ToolTestRequest),
    Operation("GET", "/mcp-servers", "MCP servers", lambda lab, call: lab.mcp_servers(), list[McpServer]),
    Operation("POST", "/mcp-servers", "Keep an MCP server", _save_server, McpServer, body=ServerSaveRequest),
    Operation("DELETE", "/mcp-servers/{name}", "Forget an MCP server", _delete_server),
    Operation(
        "POST", "/test-mcp-server", "Ask an MCP server what it offers", _test_server, ServerTest, body=ServerTestRequest
    ),
)
