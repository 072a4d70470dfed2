"""Tests for crewlab.commands.tools: the library of tools and servers from the command line."""

from __future__ import annotations

import json
import sys

import pytest

from crewlab.settings import PROJECT

SERVER = str(PROJECT / "tests" / "standalone" / "quick_notes_server.py")
NOTES = json.dumps({"name": "notes", "transport": "stdio", "command": sys.executable, "args": [SERVER]})
PAUSE = '{"name": "pause", "type": "WaitTool", "configuration": {"max_seconds": 1}}'


def test_a_tool_is_added_listed_shown_tried_and_deleted(call):
    """The record goes in as JSON, also from the standard input."""
    assert call("tools", "add", "-", input=PAUSE).exit_code == 0
    assert call("tools", "list").stdout == "pause  (WaitTool)  ready\n"
    assert json.loads(call("tools", "show", "pause").stdout)["configuration"] == {"max_seconds": 1}
    assert "Waited" in call("tools", "test", "pause", "--arguments", '{"seconds": 0}').stdout
    assert "No definition names it" in call("tools", "delete", "pause").stderr
    empty = call("tools", "list")
    assert (empty.stdout, "tools add" in empty.stderr) == ("", True)


def test_a_server_is_added_tried_listed_and_deleted(call):
    """A test shows the tools that it offers."""
    assert call("mcp", "add", NOTES).exit_code == 0
    assert "notes.add  Adds two numbers." in call("mcp", "test", "notes").stdout
    assert json.loads(call("mcp", "show", "notes").stdout)["offers"]
    assert call("mcp", "list").stdout == "notes  (stdio)  ready\n"
    assert call("mcp", "delete", "notes").exit_code == 0


def test_the_catalogue_says_what_each_tool_lacks(call):
    """A line for each, with what to install or to set."""
    lines = {line.split()[0]: line for line in call("tools", "catalogue").stdout.splitlines()}
    assert lines["WaitTool"].endswith("ready")
    assert "SERPER_API_KEY" in lines["SerperDevTool"]
    assert 'pip install "firecrawl-py"' in lines["FirecrawlSearchTool"]


def test_a_test_that_fails_has_a_status_of_its_own(call):
    """1 for a tool that does not work, 2 for a command that cannot be carried out."""
    failed = call("tools", "test", "SerperDevTool")
    assert (failed.exit_code, "SERPER_API_KEY" in failed.stderr) == (1, True)
    assert call("mcp", "test", "nobody").exit_code == 2


@pytest.mark.parametrize("record", ["{", '{"name": "x"}', '{"name": "x", "type": "WaitTol"}'])
def test_a_record_that_is_none_is_a_sentence(call, record):
    """Nothing is kept of it."""
    done = call("tools", "add", record)
    assert done.exit_code == 2
    assert "Traceback" not in done.output
    assert call("tools", "list").stdout == ""
