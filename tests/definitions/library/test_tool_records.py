"""Tests for crewlab.definitions.library: tool_catalogue, tool_records, mcp_servers, record_file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crewlab.definitions.library.mcp_servers import McpServer, require_valid_server
from crewlab.definitions.library.record_file import RecordFile
from crewlab.definitions.library.tool_catalogue import missing_keys, tool_specs
from crewlab.definitions.library.tool_records import ToolRecord, obstacle, require_valid, restored, snapshot
from crewlab.errors import RecordError, SettingsError


def test_reading_the_catalogue_imports_no_crewai() -> None:
    """Pages show it before anything heavy is loaded."""
    code = "import sys; from crewlab.definitions.library.tool_catalogue import tool_specs; tool_specs(); "
    subprocess.run(
        [sys.executable, "-c", code + "assert not {'crewai', 'crewai_tools'} & set(sys.modules)"], check=True
    )


def test_every_tool_has_a_category_and_schemas() -> None:
    """About a hundred of them."""
    assert len(tool_specs()) >= 95
    for spec in tool_specs().values():
        assert spec.category
        assert spec.configuration["type"] == "object"


def test_a_setting_stands_in_for_a_key() -> None:
    """A key that is given as a parameter need not be set as a variable."""
    spec = tool_specs()["BraveWebSearchTool"]
    assert missing_keys(spec, set()) == ("BRAVE_API_KEY",)
    assert missing_keys(spec, set(), {"api_key"}) == missing_keys(spec, {"BRAVE_API_KEY"}) == ()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"type": "WaitTol"}, "Did you mean 'WaitTool'"),
        ({"type": "WaitTool", "configuration": {"max_second": 3}}, "Did you mean 'max_seconds'"),
        ({"type": "WaitTool", "configuration": {"max_seconds": "long"}}, "max_seconds"),
        ({"type": "NL2SQLTool"}, "db_uri"),
        ({"type": "NL2SQLTool", "configuration": {"db_uri": "sqlite://"}}, "uses a database"),
        ({"type": "RagTool"}, "cannot be configured"),
        ({"type": "WaitTool", "environment": {"ANY": "${secret: X}"}}, "misspelt"),
        ({"type": "SerperDevTool", "environment": {"SERPER_API_KEY": "abc123"}}, "A key is written"),
        ({"type": "BraveNewsSearchTool", "configuration": {"api_key": "abc123"}}, "A key is written"),
    ],
)
def test_a_record_that_could_never_work_is_refused(fields: dict[str, Any], told: str) -> None:
    """With the place and the nearest name."""
    with pytest.raises(RecordError, match=told):
        require_valid(ToolRecord(name="mine", **fields))


def test_what_is_missing_on_this_machine_is_an_obstacle() -> None:
    """A key, a secret, a package; none when all are there."""
    record = ToolRecord(name="s", type="SerperDevTool", environment={"SERPER_API_KEY": "${secret:MINE}"})
    found = obstacle(record, set())
    assert found is not None
    assert "MINE" in found.what
    assert obstacle(record, {"MINE"}) is None
    package = obstacle(ToolRecord(name="f", type="FirecrawlSearchTool"), set())
    assert package is not None
    assert package.hint == 'Install it: pip install "firecrawl-py"'


def test_a_risk_is_taken_on_by_a_record_only() -> None:
    """A definition that names the bare tool is refused."""
    spec = next(spec for spec in tool_specs().values() if spec.needs_confirmation and not spec.packages)
    known = {key.name for key in spec.keys}
    fields = dict.fromkeys(spec.required_configuration, "x")
    bare = obstacle(ToolRecord(name="a", type=spec.name, configuration=fields), known)
    assert bare is not None
    assert bare.id == "tool.risk"
    assert obstacle(ToolRecord(name="a", type=spec.name, configuration=fields, accepts_risks=True), known) is None


def test_a_snapshot_holds_references_and_is_restored() -> None:
    """What an execution keeps is enough to make the tool again."""
    record = ToolRecord(name="s", type="SerperDevTool", environment={"SERPER_API_KEY": "${secret:MINE}"})
    assert restored({"s": snapshot(record)}) == {"s": record}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"transport": "stdio"}, "program"),
        ({"transport": "http", "url": "file:///etc/passwd"}, "address"),
        ({"transport": "http", "url": "http://me:pw@x.example/mcp"}, "password"),
        ({"transport": "http", "url": "http://x.example/mcp", "headers": {"A": "b\nc"}}, "header"),
        ({"transport": "stdio", "command": "x", "args": ("${secret:}",)}, "misspelt"),
        ({"transport": "http", "url": "http://x.example/mcp", "headers": {"Authorization": "Bearer abc"}}, "A key is"),
    ],
)
def test_a_server_that_could_never_be_reached_is_refused(fields: dict[str, Any], told: str) -> None:
    """With what to write instead."""
    with pytest.raises(RecordError, match=told):
        require_valid_server(McpServer(name="x", **fields))


def test_a_key_may_be_a_reference_in_a_sentence() -> None:
    """As servers want it in a header."""
    headers = {"Authorization": "Bearer ${secret:NOTES}", "X-Tenant": "north"}
    require_valid_server(McpServer(name="x", transport="http", url="https://x.example/mcp", headers=headers))


def test_records_are_kept_by_owner_and_name(tmp_path: Path) -> None:
    """Another file object sees them at once; the file is closed to others."""
    here, there = (RecordFile(tmp_path / "tools.json", ToolRecord, "tool") for _ in range(2))
    here.put(ToolRecord(name="b", type="WaitTool"))
    here.put(ToolRecord(name="a", type="WaitTool"))
    here.put(ToolRecord(name="a", type="URLReadTool"))
    here.put(ToolRecord(name="a", type="WaitTool", owner="ann"))
    assert [(record.name, record.type) for record in there.all(owner="local")] == [
        ("a", "URLReadTool"),
        ("b", "WaitTool"),
    ]
    there.delete("a", owner="local")
    assert here.find("a", owner="local") is None
    assert here.find("a", owner="ann") is not None
    assert (tmp_path / "tools.json").stat().st_mode & 0o077 == 0
    with pytest.raises(RecordError, match="no tool 'a'"):
        here.delete("a", owner="local")


def test_a_name_that_a_definition_could_not_use_and_a_broken_file_are_errors(tmp_path: Path) -> None:
    """Both say what to do."""
    file = RecordFile(tmp_path / "tools.json", ToolRecord, "tool")
    with pytest.raises(RecordError, match=r"a\.b"):
        file.put(ToolRecord(name="a.b", type="WaitTool"))
    (tmp_path / "tools.json").write_text("{")
    with pytest.raises(SettingsError, match=r"tools\.json"):
        file.all(owner="local")
