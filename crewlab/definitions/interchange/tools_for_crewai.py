"""Tools and MCP servers that an exported crew names: those of crewai_tools stay, records are written out beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.library.mcp_servers import McpServer
from crewlab.definitions.library.tool_catalogue import tool_specs
from crewlab.definitions.library.tool_names import server_of
from crewlab.definitions.library.tool_records import ToolRecord

_OF_FILES = ("FileReadTool", "DirectoryReadTool")
_TRANSPORT = {"http": {"streamable": True}, "sse": {}}


def with_plain_tools(
    document: Mapping[str, Any], records: Records, notes: list[Note]
) -> tuple[dict[str, Any], dict[str, ToolRecord]]:
    """The document with servers written out under `mcps`, and the configured tools that it names."""
    used: dict[str, ToolRecord] = {}
    found = dict(document)
    agents, tasks = found.get("agents"), found.get("tasks")
    if isinstance(agents, Mapping):
        found["agents"] = {name: _body(body, f"agents.{name}", records, used, notes) for name, body in agents.items()}
    if isinstance(tasks, list):
        found["tasks"] = [_body(body, _place(body), records, used, notes) for body in tasks]
    return found, used


def _place(task: Any) -> str:
    return f"tasks.{task.get('name')}" if isinstance(task, Mapping) else "tasks"


def _body(body: Any, where: str, records: Records, used: dict[str, ToolRecord], notes: list[Note]) -> Any:
    if not isinstance(body, Mapping):
        return body
    listed = {field: body[field] for field in ("tools", "mcps") if isinstance(body.get(field), list)}
    found = {field: value for field, value in body.items() if field not in listed}
    tools, servers = [], []
    for field, names in listed.items():
        for name in names:
            if isinstance(name, str) and server_of(name) in records.servers:
                servers.append(_server(records.servers[server_of(name)], name, f"{where}.{field}", notes))
            elif field == "mcps":
                servers.append(name)
            else:
                tools.append(_tool(name, f"{where}.tools", records, used, notes))
    if where.startswith("tasks.") and servers:
        notes.append(Note(f"{where}.tools", "left out: in crewAI only agents have MCP servers"))
        servers = []
    return {**found, **({"tools": tools} if tools else {}), **({"mcps": servers} if servers else {})}


def _tool(name: Any, where: str, records: Records, used: dict[str, ToolRecord], notes: list[Note]) -> Any:
    if isinstance(name, str) and name in records.tools:
        used[name] = records.tools[name]
        kept = [field for field in ("description", "max_usage_count") if getattr(used[name], field)]
        if kept or not used[name].cache or used[name].result_as_answer:
            notes.append(Note(where, f"{name} with its settings; its limits and description here are set on the tool"))
    elif isinstance(name, str) and name not in tool_specs() and ":" not in name:
        notes.append(Note(where, f"{name[:80]} is kept as a name, and neither crewAI nor the Library has such a tool"))
    elif name in _OF_FILES:
        notes.append(Note(where, f"{name} reads the folder that the project is run in, and not data/files"))
    return name


def _server(server: McpServer, name: str, where: str, notes: list[Note]) -> dict[str, Any]:
    if "." in name:
        notes.append(Note(where, f"all tools of {server.name}: crewAI's project files cannot name one ({name[:80]})"))
    if server.transport == "stdio":
        told = {"env": dict(server.environment)} if server.environment else {}
        return {"command": server.command, "args": list(server.args), **told}
    headers = {"headers": dict(server.headers)} if server.headers else {}
    return {"url": server.url, **headers, **_TRANSPORT[server.transport]}
