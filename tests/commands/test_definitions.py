"""`definitions`, `versions`, `restore`, `rename`, `duplicate`, `archive`, `unarchive`, `tag`, `collect`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.conftest import GREETER, Call


def test_versions_are_listed_and_restored(call: Call, tmp_path: Path):
    """With how often exactly that content ran; a version is named with its number."""
    call("import", "greeter.yaml")
    call("run", "greeter", "-i", "topic=Ada")
    (tmp_path / "greeter.yaml").write_text(GREETER.replace("in one line", "in two lines"))
    call("import", "--update", "greeter.yaml")
    assert "greeter, version 3: the content of version 1." in call("restore", "greeter@1", "--note", "better").stderr
    found = json.loads(call("versions", "greeter", "--json").stdout)
    assert [(one["number"], one["executions"], one["note"]) for one in found] == [
        (3, 1, "better"),
        (2, 0, "imported from greeter.yaml"),
        (1, 1, "imported from greeter.yaml"),
    ]
    changed = call("diff", "greeter@1", "greeter@2")
    assert changed.stdout == "tasks.greet.description: Greet {topic} in one line. → Greet {topic} in two lines.\n"
    assert "greeter@1 → greeter@2: 1 change." in changed.stderr
    assert json.loads(call("diff", "greeter@2", "greeter.yaml", "--json").stdout) == []
    assert "has the content of version 1 already" in call("restore", "greeter@1").stderr
    assert "1 of 1 executions" in call("executions", "--version", "greeter@1").stderr
    assert "0 of 0 executions" in call("executions", "--version", "greeter@2").stderr
    refused = call("restore", "greeter")
    assert refused.exit_code == 2
    assert "greeter@2" in refused.stderr


def test_definitions_are_kept_in_order(call: Call):
    """Renamed, copied, labelled, archived; the list shows it and can be narrowed down."""
    call("import", "greeter.yaml", "failing.yaml")
    call("rename", "greeter", "hello")
    assert "hello-copy, version 1." in call("duplicate", "greeter").stderr
    assert "hello: daily, short." in call("tag", "hello", "short", "daily").stderr
    assert "hello: Start." in call("collect", "hello", "Start").stderr
    assert "failing is in the archive." in call("archive", "failing").stderr
    listed = call("definitions").stdout
    assert "hello-copy" in listed
    assert "failing" not in listed
    (found,) = json.loads(call("definitions", "--tag", "daily", "--collection", "Start", "--json").stdout)
    assert (found["name"], found["kind"], found["tags"]) == ("hello", "crew", ["daily", "short"])
    assert "failing" in call("definitions", "--archived").stdout
    call("unarchive", "failing")
    assert "failing" in call("definitions").stdout
    assert "hello: no tags." in call("tag", "hello").stderr


def test_a_definition_that_flows_use_is_not_deleted_by_the_way(call: Call, tmp_path: Path):
    """It says who uses it, and goes when that is accepted; the flow's own definition goes at once."""
    (tmp_path / "morning.yaml").write_text(
        "{name: morning, schema: crewai.flow/v1, methods: {greet: {start: true, do: {call: crew, definition: greeter,"
        " inputs: {topic: Ada}}}}}"
    )
    call("import", "greeter.yaml", "morning.yaml")
    refused = call("delete", "greeter")
    assert (refused.exit_code, "greeter is a step of morning" in refused.stderr) == (2, True)
    assert "--force" in refused.stderr
    assert "morning cannot run without it" in call("delete", "greeter", "--force").stderr
    assert call("delete", "morning").exit_code == 0
    assert call("definitions", "--json").stdout == "[]\n"
