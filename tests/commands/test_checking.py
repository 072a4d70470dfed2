"""`check` of files: with what the lab knows, where there is one."""

from __future__ import annotations

from pathlib import Path

from tests.commands.conftest import Call

FLOW = """
schema: crewai.flow/v1
name: morning
state: {default: {topic: Ada}}
methods:
  greet: {start: true, do: {call: crew, definition: greeter, inputs: {topic: "${state.topic}"}}}
"""


def test_a_file_is_checked_with_the_definitions_that_it_names(call: Call, tmp_path: Path, data: Path):
    """Where there is no lab it says what was not looked at, and makes none."""
    file = tmp_path / "morning.yaml"
    file.write_text(FLOW)
    done = call("check", file)
    assert (done.exit_code, data.exists()) == (0, False)
    assert f"what it names was not looked at: greeter. There is no lab in {data}." in done.stderr
    call("import", "greeter.yaml")
    done = call("check", file)
    assert (done.exit_code, done.stderr) == (0, f"{file}: no problems.\n")
    file.write_text(FLOW.replace("topic: ", "tpic: "))
    assert "The crew asks for {topic}" in call("check", file).stderr
    file.write_text(FLOW.replace("definition: greeter", "definition: greter"))
    done = call("check", file)
    assert (done.exit_code, "There is no definition 'greter'" in done.stderr) == (1, True)
    assert "Did you mean 'greeter'?" in done.stderr


def test_what_comes_along_in_a_folder_is_looked_at_without_a_lab(call: Call, tmp_path: Path, data: Path):
    """The crew beside the flow is the one that the flow names."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "greeter.yaml").write_text((tmp_path / "greeter.yaml").read_text())
    (folder / "flow.yaml").write_text(FLOW.replace("topic: ", "tpic: "))
    done = call("check", folder)
    assert (done.exit_code, data.exists()) == (1, False)
    assert "The crew asks for {topic}" in done.stderr
