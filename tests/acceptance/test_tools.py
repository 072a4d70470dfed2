"""Tools and MCP servers from the library to the end of an execution."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import crewlab
from crewlab.definitions.library.mcp_servers import McpServer
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.errors import InvalidDefinitionError, RecordError
from crewlab.lab import Lab
from crewlab.settings import PROJECT
from tests.conftest import wait_until

SERVER = str(PROJECT / "tests" / "standalone" / "quick_notes_server.py")
NOTES = McpServer(name="notes", transport="stdio", command=sys.executable, args=(SERVER,))


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    opened = crewlab.open(tmp_path / "data")
    assert isinstance(opened, Lab)
    with opened:
        yield opened


def document(task: dict[str, Any] | None = None, **agent: Any) -> dict[str, Any]:
    """One agent and one task on a rehearsal model."""
    person = {"role": "clerk", "goal": "add", "backstory": "adds", "llm": "rehearsal/plain", **agent}
    work = {"name": "sum", "description": "Add two numbers.", "expected_output": "a sum", "agent": "clerk"}
    return {"name": "sums", "agents": {"clerk": person}, "tasks": [{**work, **(task or {})}]}


def used(lab: Lab, execution_id: str) -> list[tuple[str, str]]:
    """Tool and status of each call."""
    frame = lab.tool_calls_df(execution_ids=[execution_id])
    return list(zip(frame["tool"], frame["status"], strict=True))


def test_an_agent_uses_a_configured_tool_and_a_tool_of_a_server(lab: Lab) -> None:
    """Both are called; the execution keeps the records it ran with, and reruns with them."""
    lab.save_tool(ToolRecord(name="files", type="DirectoryReadTool", description="Lists files."))
    lab.save_mcp_server(NOTES)
    execution = lab.run(document(tools=["files"], mcps=["notes.add"]))
    assert execution.status == "completed", execution.error
    assert set(used(lab, execution.execution_id)) == {("files", "completed"), ("notes_add", "completed")}
    assert execution.options.tools["files"]["description"] == "Lists files."
    lab.save_tool(ToolRecord(name="files", type="DirectoryReadTool", description="Lists all."))
    again = lab.rerun(execution.execution_id).wait()
    assert again.options.tools == execution.options.tools


def test_a_rerun_needs_no_record_that_is_gone(lab: Lab) -> None:
    """The snapshot has it; a comparison shows which settings were others."""
    lab.save_tool(ToolRecord(name="files", type="DirectoryReadTool", description="Lists files."))
    first = lab.run(document(tools=["files"]))
    lab.save_tool(ToolRecord(name="files", type="DirectoryReadTool", description="Lists all."))
    second = lab.run(document(tools=["files"]))
    lab.delete_tool("files")
    with pytest.raises(InvalidDefinitionError):
        lab.run(document(tools=["files"]))
    assert lab.rerun(first.execution_id).wait().status == "completed"
    changes = lab.compare([first.execution_id, second.execution_id]).config_diff()
    assert list(changes["path"]) == ["library.files"]


def programs() -> list[str]:
    """The servers of the tests that this process has started and that have not ended."""
    found = subprocess.run(
        ["ps", "-ww", "-o", "args=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False
    )
    return [line for line in found.stdout.splitlines() if SERVER in line]


def test_a_server_ends_with_its_execution_also_when_that_is_cancelled(lab: Lab) -> None:
    """The execution is over at once, and the program soon after."""
    lab.save_mcp_server(NOTES)
    handle = lab.launch(document(mcps=["notes.wait"]))
    wait_until(lambda: "notes_wait" in str(lab.logs_df().get("message")), "the call")
    wait_until(lambda: len(programs()) == 1, "the program, which starts as the call is logged")
    assert lab.cancel(handle.execution_id).status == "cancelled"
    wait_until(lambda: not programs(), "the end of the program")


def test_a_task_may_name_a_server_among_its_tools(lab: Lab) -> None:
    """Then the task's tools replace those of its agent."""
    lab.save_mcp_server(NOTES)
    execution = lab.run(document({"tools": ["notes.add"]}, tools=["WaitTool"]))
    assert used(lab, execution.execution_id) == [("notes_add", "completed")]


def test_a_server_that_cannot_be_started_fails_the_execution_and_says_why(lab: Lab) -> None:
    """Before any model is called."""
    lab.save_mcp_server(NOTES.model_copy(update={"args": (SERVER, "exit")}))
    execution = lab.run(document(mcps=["notes"]))
    assert execution.status == "failed"
    assert execution.error is not None
    assert "NOTES_KEY is missing" in execution.error.message
    assert lab.llm_calls_df().empty


def test_a_server_that_dies_in_a_call_is_a_failed_call(lab: Lab) -> None:
    """The model is told, and the execution goes on."""
    lab.save_mcp_server(NOTES)
    execution = lab.run(document(mcps=["notes.leave"]))
    assert used(lab, execution.execution_id) == [("notes_leave", "failed")]
    assert execution.status == "completed"


@pytest.mark.parametrize(
    "mcps",
    [[{"command": "sh", "args": ["-c", "touch /tmp/x"]}], ["nots"], ["WaitTool"]],
)
def test_a_definition_starts_no_server_that_is_not_in_the_library(lab: Lab, mcps: list[Any]) -> None:
    """A command, an unknown name and a tool are refused before anything runs."""
    lab.save_mcp_server(NOTES)
    with pytest.raises(InvalidDefinitionError):
        lab.run(document(mcps=mcps))


def test_a_definition_says_what_a_tool_lacks(lab: Lab) -> None:
    """Nearest name, key, package, server tool that is not there."""
    lab.save_mcp_server(NOTES)
    assert lab.test_mcp_server("notes").ok
    problems = lab.definitions.check(
        document(tools=["WaitTol", "SerperDevTool", "FirecrawlSearchTool"], mcps=["notes.subtract"])
    )
    told = {problem.id: f"{problem.what} {problem.hint}" for problem in problems}
    assert "'WaitTool'" in told["agent.tools.unknown"]
    assert "SERPER_API_KEY" in told["tool.key.missing"]
    assert "pip install" in told["tool.package.missing"]
    assert "'subtract'" in told["mcp.tool.unknown"]


def test_a_test_shows_the_result_or_why_there_is_none(lab: Lab) -> None:
    """Of a tool, and of a server; a wrong argument is told by the tool itself."""
    assert "Waited" in lab.test_tool("WaitTool", {"seconds": 0}).result
    assert not lab.test_tool("WaitTool", {"seconds": "long"}).ok
    assert lab.test_tool("DirectoryReadTool").result.startswith("File paths:")
    found = lab.test_mcp_server(NOTES)
    assert "add" in [tool.name for tool in found.tools]
    assert not lab.test_mcp_server(NOTES.model_copy(update={"command": "/no/such"})).ok


def test_names_are_taken_once_and_uses_are_told(lab: Lab) -> None:
    """A record cannot hide a tool of the catalogue or a server; deleting leaves definitions as they are."""
    lab.save_mcp_server(NOTES)
    for name in ("notes", "WaitTool"):
        with pytest.raises(RecordError, match=name):
            lab.save_tool(ToolRecord(name=name, type="WaitTool"))
    lab.definitions.save(document(mcps=["notes.add"]))
    assert lab.uses_of_tool("notes") == ["sums"]
    lab.delete_mcp_server("notes")
    assert lab.mcp_servers() == []


def test_a_secret_in_clear_is_refused_in_a_record(lab: Lab) -> None:
    """Records are shown and kept in executions; they refer to secrets."""
    lab.secrets.set("MINE", "sk-planted-0123456789abcdef")
    with pytest.raises(RecordError, match="known secret"):
        lab.save_tool(ToolRecord(name="s", type="SerperDevTool", environment={"K": "sk-planted-0123456789abcdef"}))


def test_what_a_server_says_of_a_secret_is_masked(lab: Lab) -> None:
    """In the call, in the answer of the task and in the log."""
    secret = "sk-planted-0123456789abcdef"
    lab.secrets.set("MINE", secret)
    lab.save_mcp_server(NOTES.model_copy(update={"environment": {"NOTES_KEY": "${secret:MINE}"}}))
    execution = lab.run(document(mcps=["notes.tell_key"]))
    frame = lab.tool_calls_df()
    assert "•••" in frame["result"][0]
    assert secret not in str(frame.to_dict()) + str(lab.logs_df().to_dict()) + str(execution.model_dump())
