"""MCP servers: the form of one, its test, and the tools it offers."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import streamlit as st
from pydantic import ValidationError

from crewlab.definitions.library.mcp_servers import McpServer
from crewlab.errors import CrewLabError, RecordError
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.library.name_values import name_values, read_name_values
from crewlab.ui.components.library.record_actions import delete_popover, undo_line
from crewlab.ui.components.library.record_choice import choose_record, is_drawn, require_free, show_record
from crewlab.ui.components.plain_text import escape
from crewlab.ui.state import remember, remembered
from crewlab.ui.toasts import toast_next

if TYPE_CHECKING:
    from crewlab.executions.tool_test import ServerTest
    from crewlab.lab import Lab

_KEY = "library.mcp"
_ERROR, _DELETED, _TESTED = f"{_KEY}.error", f"{_KEY}.deleted", f"{_KEY}.tested"
NEW = "A new server"
KINDS = {"stdio": "A program (stdio)", "http": "An address (streamable HTTP)", "sse": "An address (SSE)"}
_FIELDS = ("name", "command", "environment", "url", "headers", "seconds")


def server_rows(lab: Lab) -> None:
    """Draw the servers, the form of one, and what it offers."""
    st.markdown(
        "An MCP server brings tools of its own. Agents name it, or one tool as `server.tool`. "
        "A program is started on this machine for each execution that uses it, and ended with it."
    )
    if isinstance(error := remembered(_ERROR), CrewLabError):
        error_box(error)
        remember(_ERROR, None)
    undo_line(_DELETED, lab.save_mcp_server)
    try:
        servers = {server.name: server for server in lab.mcp_servers()}
    except CrewLabError as unreadable:
        error_box(unreadable)
        return
    if servers:
        _table(list(servers.values()))
    server = servers.get(choose_record(_KEY, NEW, servers) or "")
    _form(lab, server)
    if server:
        _actions(lab, server)


def _table(servers: list[McpServer]) -> None:
    rows = [
        {
            "name": server.name,
            "kind": KINDS[server.transport],
            "where": server.url or shlex.join([server.command, *server.args]),
            "tools": len(server.offers) or None,
        }
        for server in servers
    ]
    columns: Any = {"name": "Name", "kind": "Kind", "where": "Program or address", "tools": "Tools"}
    st.dataframe(rows, hide_index=True, column_config=columns, alt="MCP servers", placeholder="–")


def _form(lab: Lab, server: McpServer | None) -> None:
    key = f"{_KEY}.{server.name if server else NEW}"
    kinds = list(KINDS)
    kind = st.segmented_control("Kind", kinds, default=server.transport if server else "stdio", required=True,
                                format_func=KINDS.__getitem__, key=f"{key}.kind")  # fmt: skip
    with st.form(key, border=True):
        left, right = st.columns(2)
        left.text_input("Name", server.name if server else "", key=f"{key}.name", placeholder="notes",
                        disabled=server is not None)  # fmt: skip
        right.number_input("Longest time to connect, in seconds", min_value=1.0, max_value=300.0, key=f"{key}.seconds",
                           value=server.connect_seconds if server else 20.0)  # fmt: skip
        if kind == "stdio":
            command = shlex.join([server.command, *server.args]) if server and server.command else ""
            st.text_input("Program with its arguments", command, key=f"{key}.command",
                          placeholder="npx -y @modelcontextprotocol/server-memory")  # fmt: skip
            name_values("Variables of the program", server.environment if server else {}, f"{key}.environment")
        else:
            st.text_input("Address", server.url if server else "", key=f"{key}.url",
                          placeholder="https://server.example/mcp")  # fmt: skip
            name_values("Headers", server.headers if server else {}, f"{key}.headers", ["Authorization"])
        label = "Save server" if server else "Add server"
        st.form_submit_button(label, icon=":material/save:", type="primary", on_click=_save,
                              args=(lab, key, server))  # fmt: skip


def _actions(lab: Lab, server: McpServer) -> None:
    with st.container(horizontal=True):
        asked = st.button("Test", icon=":material/network_check:", key=f"{_KEY}.test", help="Ask what it offers")
        delete_popover(lab, server.name, _KEY, lambda: _delete(lab, server))
    if asked:
        remember(_TESTED, (server.name, _tested(lab, server.name)))
        st.rerun()
    name, found = remembered(_TESTED) or (None, None)
    if name == server.name and found is not None:
        _show(found)
    if server.offers:
        _offers(server)


def _tested(lab: Lab, name: str) -> ServerTest | CrewLabError:
    try:
        with st.spinner("Asking …"):
            return lab.test_mcp_server(name)
    except CrewLabError as error:
        return error


def _show(found: ServerTest | CrewLabError) -> None:
    if isinstance(found, CrewLabError):
        error_box(found)
    elif found.ok:
        st.caption(f":material/check_circle: Answered in {found.latency_seconds:.2f} s")
    else:
        st.error(escape(f"{found.error} {found.hint}"), icon=":material/error:")


def _offers(server: McpServer) -> None:
    rows = [
        {
            "name": f"{server.name}.{tool.name}",
            "does": tool.description,
            "arguments": ", ".join(tool.arguments.get("properties", {})) or None,
        }
        for tool in server.offers
    ]
    columns: Any = {
        "name": st.column_config.TextColumn("Tool", width="medium"),
        "does": st.column_config.TextColumn("Does", width="large"),
        "arguments": st.column_config.TextColumn("Arguments", width="medium"),
    }
    st.dataframe(rows, hide_index=True, column_config=columns, alt=f"Tools of {server.name}", placeholder="–")


def _save(lab: Lab, key: str, server: McpServer | None) -> None:
    if not is_drawn(key):
        return
    state = {name: st.session_state.get(f"{key}.{name}") for name in _FIELDS}
    try:
        words = _words(str(state["command"] or ""))
        wanted = McpServer(
            name=server.name if server else str(state["name"] or "").strip(),
            transport=st.session_state[f"{key}.kind"],
            command=words[0] if words else "",
            args=tuple(words[1:]),
            environment=read_name_values(state["environment"]),
            url=str(state["url"] or "").strip(),
            headers=read_name_values(state["headers"]),
            connect_seconds=state["seconds"],
        )
        if server is None:
            require_free(wanted.name, {one.name for one in lab.mcp_servers()})
        lab.save_mcp_server(wanted)
    except CrewLabError as error:
        remember(_ERROR, error)
        return
    except ValidationError as error:
        remember(_ERROR, RecordError(f"{error.errors()[0]['msg']}.", "Change the value."))
        return
    for name in (*_FIELDS, "kind"):
        st.session_state.pop(f"{key}.{name}", None)
    show_record(_KEY, wanted.name)
    remember(_TESTED, None)
    toast_next(f"{wanted.name} is saved.", ":material/save:")


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise RecordError(f"The program cannot be read: {error}.", "Put words with spaces in quotes.") from None


def _delete(lab: Lab, server: McpServer) -> None:
    try:
        lab.delete_mcp_server(server.name)
    except CrewLabError as error:
        remember(_ERROR, error)
        return
    remember(_DELETED, server)
    show_record(_KEY, None)
