"""`tools` and `mcp`: what agents may use, kept in the library, tried from the command line."""

from __future__ import annotations

import json
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel, ValidationError

import crewlab
from crewlab.commands.terminal import answer, answer_json, say
from crewlab.definitions.library.mcp_servers import McpServer
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.errors import CommandError

FAILED = 1
R = TypeVar("R", bound=BaseModel)
tools = typer.Typer(
    help="Configured tools, and the catalogue they come from.", no_args_is_help=True, pretty_exceptions_enable=False
)
mcp = typer.Typer(help="MCP servers, and the tools they offer.", no_args_is_help=True, pretty_exceptions_enable=False)

Name = Annotated[str, typer.Argument(help="Its name.", show_default=False)]
Record = Annotated[str, typer.Argument(help="The record as JSON, or - for the standard input.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Arguments = Annotated[str, typer.Option("--arguments", help="The arguments of the call as JSON.")]


@tools.command("catalogue")
def catalogue(as_json: AsJson = False) -> None:
    """Show every tool of crewai_tools, and what each lacks on this machine."""
    with crewlab.open() as lab:
        specs, hindered = lab.tool_catalogue(), lab.tool_obstacles()
    if as_json:
        answer_json([spec.model_dump(mode="json") for spec in specs])
        return
    for spec in specs:
        reason = hindered.get(spec.name)
        answer(f"{spec.name}  ({spec.category})  {reason.what + ' ' + reason.hint if reason else 'ready'}")


@tools.command("list")
def list_tools(as_json: AsJson = False) -> None:
    """Show the configured tools."""
    with crewlab.open() as lab:
        found, hindered = lab.tools(), lab.tool_obstacles()
    _list("tools", found, {name: reason.what for name, reason in hindered.items()}, as_json=as_json)


@tools.command("show")
def show(name: Name) -> None:
    """Print a configured tool as JSON, or a tool of the catalogue with what it takes."""
    with crewlab.open() as lab:
        found: list[Any] = [*lab.tools(), *lab.tool_catalogue()]
    answer_json(_named(found, name, "tool"))


@tools.command("add")
def add(record: Record) -> None:
    """Keep a tool: {"name": ..., "type": ..., "configuration": {...}}; secrets are written as ${secret:NAME}."""
    wanted = _read(ToolRecord, record)
    with crewlab.open() as lab:
        lab.save_tool(wanted)
    say(f"{wanted.name}: stored.")


@tools.command("test")
def try_tool(name: Name, arguments: Arguments = "{}") -> None:
    """Call a tool once, and print its result."""
    try:
        given = json.loads(arguments)
    except json.JSONDecodeError as error:
        raise CommandError(f"--arguments is not JSON: {error}.", 'Write it like {"search_query": "tea"}.') from None
    with crewlab.open() as lab:
        found = lab.test_tool(name, given)
    _outcome(found.ok, found.latency_seconds, found.error, found.hint)
    answer(found.result)


@tools.command("delete")
def delete(name: Name) -> None:
    """Forget a tool."""
    with crewlab.open() as lab:
        users = lab.uses_of_tool(name)
        lab.delete_tool(name)
    say(f"{name}: deleted. {_named_by(users)}")


@mcp.command("list")
def list_servers(as_json: AsJson = False) -> None:
    """Show the MCP servers."""
    with crewlab.open() as lab:
        found, hindered = lab.mcp_servers(), lab.tool_obstacles()
    _list("mcp", found, {name: reason.what for name, reason in hindered.items()}, as_json=as_json)


@mcp.command("show")
def show_server(name: Name) -> None:
    """Print an MCP server as JSON."""
    with crewlab.open() as lab:
        found = lab.mcp_servers()
    answer_json(_named(found, name, "MCP server"))


@mcp.command("add")
def add_server(record: Record) -> None:
    """Keep a server: {"name": ..., "transport": "stdio", "command": ..., "args": [...]} or "http" with "url"."""
    wanted = _read(McpServer, record)
    with crewlab.open() as lab:
        lab.save_mcp_server(wanted)
    say(f"{wanted.name}: stored.")


@mcp.command("test")
def try_server(name: Name) -> None:
    """Ask a server what it offers."""
    with crewlab.open() as lab:
        found = lab.test_mcp_server(name)
    _outcome(found.ok, found.latency_seconds, found.error, found.hint)
    for tool in found.tools:
        answer(f"{name}.{tool.name}  {tool.description}")


@mcp.command("delete")
def delete_server(name: Name) -> None:
    """Forget an MCP server."""
    with crewlab.open() as lab:
        users = lab.uses_of_tool(name)
        lab.delete_mcp_server(name)
    say(f"{name}: deleted. {_named_by(users)}")


def _list(group: str, found: Any, hindered: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        answer_json([record.model_dump(mode="json", exclude_defaults=True) for record in found])
        return
    for record in found:
        kind = record.type if isinstance(record, ToolRecord) else record.transport
        answer(f"{record.name}  ({kind})  {hindered.get(record.name, 'ready')}")
    if not found:
        say(f"There are none. Add one: python -m crewlab {group} add, see its --help.")


def _named(found: list[Any], name: str, what: str) -> dict[str, Any]:
    record = next((record for record in found if record.name == name), None)
    if record is None:
        raise CommandError(f"There is no {what} {name!r}.", "`list` shows what there is.")
    shown: dict[str, Any] = record.model_dump(mode="json", exclude_defaults=True, exclude={"owner"})
    return shown


def _read(kind: type[R], text: str) -> R:
    try:
        return kind.model_validate_json(typer.get_text_stream("stdin").read() if text == "-" else text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the record"
        raise CommandError(f"{where}: {first['msg']}.", "Write the record as one JSON object.") from None


def _outcome(ok: bool, seconds: float, error: str, hint: str) -> None:
    if not ok:
        say(f"Failed after {seconds:.1f} s: {error} {hint}")
        raise typer.Exit(FAILED)
    say(f"Answered in {seconds:.1f} s.")


def _named_by(users: list[str]) -> str:
    return f"These definitions name it: {', '.join(users)}." if users else "No definition names it."
