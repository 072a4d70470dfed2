"""`import`, `export` and `check`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from crewlab.definitions.notation.text import read_document_file
from tests.commands.conftest import GREETER, Call


def test_what_is_imported_can_be_run_exported_and_imported_again(call: Call, tmp_path: Path):
    """The file that comes out says the same as the one that went in, in either format."""
    assert call("import", "greeter.yaml").exit_code == 0
    assert call("run", "greeter", "-i", "topic=Ada").exit_code == 0
    assert call("export", "greeter", "--out", "out.json").exit_code == 0
    assert read_document_file(tmp_path / "out.json") == read_document_file(tmp_path / "greeter.yaml")
    assert "name: greeter" in call("export", "greeter").stdout


def test_an_import_from_crewai_and_an_export_to_it_say_what_they_change(call: Call, tmp_path: Path):
    """Asynchronous tasks become edges, and go back as a sequential crew; each changed field is named."""
    task = "\n  - {name: NAME, description: Do it, expected_output: A line, agent: greeter, async_execution: true}"
    head = GREETER.partition("tasks:")[0] + "tasks:"
    (tmp_path / "two.yaml").write_text(head + task.replace("NAME", "one") + task.replace("NAME", "two"))
    said = call("import", "two.yaml").stderr
    assert "tasks.one.async_execution: became the context []" in said
    done = call("export", "greeter", "--format", "crewai", "--out", "back.yaml")
    assert "process: sequential instead of parallel" in done.stderr
    assert read_document_file(tmp_path / "back.yaml")["process"] == "sequential"


def test_an_import_says_which_version_it_made(call: Call, tmp_path: Path):
    """The same content makes none, changed content the next."""
    assert "greeter, version 1." in call("import", "greeter.yaml").stderr
    assert "greeter, version 1: it is here already with this content." in call("import", "greeter.yaml").stderr


def test_a_changed_file_becomes_the_next_version_when_asked(call: Call, tmp_path: Path):
    """Without `--update` the name is taken."""
    call("import", "greeter.yaml")
    (tmp_path / "greeter.yaml").write_text(GREETER.replace("in one line", "in two lines"))
    refused = call("import", "greeter.yaml")
    assert refused.exit_code == 2
    assert "already a definition named 'greeter'" in refused.stderr
    assert "--update" in refused.stderr
    assert "greeter, version 2." in call("import", "--update", "greeter.yaml").stderr


def test_nothing_is_imported_when_one_file_is_wrong(call: Call, tmp_path: Path):
    """All files are read before anything is stored."""
    (tmp_path / "wrong.yaml").write_text("agents: [unclosed")
    done = call("import", "greeter.yaml", "wrong.yaml")
    assert done.exit_code == 2
    assert "wrong.yaml" in done.stderr
    assert call("export", "greeter").exit_code == 2


def test_a_file_without_problems_passes_without_a_store(call: Call, data: Path):
    """`check FILE` makes no folder and takes no lock."""
    done = call("check", "greeter.yaml")
    assert done.exit_code == 0, done.stderr
    assert "no problems" in done.stderr
    assert not data.exists()


def test_every_problem_of_a_file_is_shown_with_its_place(call: Call, tmp_path: Path, data: Path):
    """Exit status 1, and not only the first one."""
    wrong = GREETER.replace("agent: host", "agent: nobody, context: [later]")
    (tmp_path / "wrong.yaml").write_text(wrong)
    done = call("check", "wrong.yaml")
    assert done.exit_code == 1
    assert "nobody" in done.stderr
    assert "later" in done.stderr
    found = json.loads(call("check", "wrong.yaml", "--json").stdout)
    assert {problem["severity"] for problem in found} >= {"error"}
    assert not data.exists()


def test_a_stored_definition_is_checked_by_its_name(call: Call):
    """A name that is no file is looked up in the store."""
    call("import", "greeter.yaml")
    assert call("check", "greeter").exit_code == 0
    assert call("check", "nobody").exit_code == 2


def test_the_examples_have_no_problems(call: Call, examples: Path):
    """A newcomer's first check is clean."""
    for path in sorted(examples.glob("*.yaml")):
        done = call("check", path)
        assert done.exit_code == 0, done.stderr


def test_a_missing_key_is_a_problem_for_the_model_that_is_named(call: Call, monkeypatch):
    """`--model` checks whether a launch with that model would work here."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    done = call("check", "greeter.yaml", "--model", "openai/gpt-4o")
    assert done.exit_code == 1
    assert "OPENAI_API_KEY" in done.stderr


def test_a_project_is_written_into_a_folder_of_its_own_or_as_a_zip(call: Call, tmp_path: Path):
    """What is lost is said; a folder that holds something is left alone; what comes out goes in again."""
    call("import", "greeter.yaml")
    done = call("export", "greeter", "--format", "project", "--out", "out")
    assert "agents.host.llm: the rehearsal model on a server" in done.stderr
    assert (tmp_path / "out" / "agents" / "host.jsonc").is_file()
    refused = call("export", "greeter", "--format", "python", "--out", "out")
    assert (refused.exit_code, "not empty" in refused.stderr) == (2, True)
    assert call("export", "greeter", "--format", "python").exit_code == 0
    assert (tmp_path / "greeter.zip").is_file()
    again = call("import", "--update", "out")
    assert "out: greeter, version 2." in again.stderr


def test_a_bundle_is_one_file_whatever_its_name(call: Call, tmp_path: Path):
    """It is never unpacked; a name without .zip goes in again."""
    call("import", "greeter.yaml")
    done = call("export", "greeter", "--format", "bundle", "--out", "parcel")
    assert (done.exit_code, (tmp_path / "parcel").read_bytes()[:2]) == (0, b"PK")
    assert call("import", "--rename", "parcel").exit_code == 0


def test_a_preview_stores_nothing_and_names_choices(call: Call, tmp_path: Path):
    """What is understood, field by field, and what would become of a name that is taken."""
    call("import", "greeter.yaml")
    (tmp_path / "greeter.yaml").write_text(GREETER.replace("in one line", "in two lines"))
    seen = call("import", "--preview", "greeter.yaml", "failing.yaml").stderr
    assert "crew greeter (its name is taken: --update or --rename)" in seen
    assert "understood agents.host: role, goal, backstory, llm (from greeter.yaml)" in seen
    assert "crew failing (new)" in seen
    assert call("export", "failing").exit_code == 2
    assert "greeter_2, version 1" in call("import", "--rename", "greeter.yaml").stderr


def test_a_project_is_checked_without_a_store(call: Call, data: Path):
    """Every definition in its folder or zip, each problem with the name of the one that has it."""
    call("import", "greeter.yaml")
    call("export", "greeter", "--format", "project", "--out", "project.zip")
    shutil.rmtree(data)
    assert call("check", "project.zip").exit_code == 0
    Path("broken").mkdir()
    Path("broken/crew.json").write_text('{"name": "bad", "agents": ["nobody"], "tasks": []}')
    done = call("check", "broken")
    assert (done.exit_code, "bad: tasks" in done.stderr) == (1, True)
    assert not data.exists()
