"""Tests for crewlab.bridge.tools.making: every tool is made or says what it lacks, and stays in its folders."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crewlab.definitions.library.tool_catalogue import tool_specs
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.errors import BuildError, UnknownToolError
from crewlab.settings import PROJECT
from tests.conftest import CHILD_PATH

SCRIPT = PROJECT / "tests" / "standalone" / "make_all_tools.py"
SECONDS = 120


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What became of each tool, in a process without keys and without a standard input."""
    root = tmp_path_factory.mktemp("tools")
    for name in ("data/files", "data/written", "home", "work"):
        (root / name).mkdir(parents=True)
    place = {"HOME": str(root / "home"), "TMPDIR": str(root / "data"), "PYTHONPATH": CHILD_PATH}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(root / "data")],
        env={"PATH": os.environ["PATH"], **place},
        cwd=root / "work",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        check=True,
    )
    outside = [path for folder in ("home", "work") for path in (root / folder).rglob("*") if path.is_file()]
    found: dict[str, Any] = {**json.loads(done.stdout), "outside": outside}
    return found


@pytest.mark.parametrize("name", sorted(tool_specs()))
def test_each_tool_is_made_or_says_what_it_lacks(name: str, made: dict[str, Any]) -> None:
    """Bare it is made, or names a package with the line that installs it, a key, a setting, or objects."""
    bare = made[name]["bare"]
    if "error" in bare:
        spec = tool_specs()[name]
        lacks = {"pip install": spec.packages, "Library": ("key", "setting", spec.risks), "Choose": spec.objects}
        assert any(word in bare["hint"] and named for word, named in lacks.items()), bare
        assert bare["error"].startswith(f"{name} ")


@pytest.mark.parametrize("name", sorted(tool_specs()))
def test_with_keys_each_tool_is_made_unless_a_package_or_objects_are_missing(name: str, made: dict[str, Any]) -> None:
    """Keys and settings are all that stands between an installed tool and its use; one asks its server first."""
    supplied = made[name]["supplied"]
    if "error" in supplied and name != "PatronusEvalTool":
        assert "not installed here" in supplied["error"] or tool_specs()[name].objects, supplied


def test_making_tools_leaves_nothing_outside_the_data_folder(made: dict[str, Any]) -> None:
    """No file at home and none in the working folder."""
    assert made["outside"] == []


@pytest.fixture
def place(tmp_path: Path) -> Any:
    """Folders of an execution; no key is known."""
    from crewlab.bridge.tools.making import ToolPlace

    for name in ("files", "written"):
        (tmp_path / name).mkdir()
    (tmp_path / "files" / "orders.csv").write_text("id\n1\n")
    (tmp_path / "secret.txt").write_text("not yours")
    return ToolPlace(tmp_path / "files", tmp_path / "written", lambda name: None, "test")


def make(place: Any, type_name: str, **fields: Any) -> Any:
    """A tool from a record called `mine`."""
    from crewlab.bridge.tools.making import construct

    return construct(ToolRecord(name="mine", type=type_name, **fields), place)


def test_files_are_written_into_the_folder_of_the_execution(place: Any, tmp_path: Path) -> None:
    """A name within works, and a path that leads out is refused."""
    tool = make(place, "FileWriterTool")
    tool.run(filename="report.md", content="Hello")
    assert (place.folder / "report.md").read_text() == "Hello"
    assert "Error" in tool.run(filename="x.md", directory=str(tmp_path), content="Hello")
    assert "Error" in tool.run(filename="../x.md", content="Hello")
    assert not list(tmp_path.glob("x.md"))


@pytest.mark.parametrize("path", ["../secret.txt", "/etc/passwd", ""])
def test_a_path_that_leads_out_is_refused(place: Any, path: str) -> None:
    """What a tool reads is within the folder of files, what it writes within that of the execution."""
    tool = make(place, "FileCompressorTool")
    asked = {"input_path": path} if path else {"input_path": "orders.csv", "output_path": "../out.zip"}
    assert "outside the folder" in tool.run(**asked).as_agent_message()


def test_an_archive_goes_into_the_folder_of_the_execution(place: Any) -> None:
    """Also when the model does not say where to."""
    assert "Successfully" in make(place, "FileCompressorTool").run(input_path="orders.csv")
    assert [path.name for path in place.folder.iterdir()] == ["orders.zip"]


def test_a_record_gives_its_tool_a_name_words_and_limits(place: Any) -> None:
    """The model sees the name and the description of the record; uses are counted for each task."""
    from crewlab.bridge.tools.making import for_one_task

    tool = make(place, "WaitTool", description="Pause.", max_usage_count=1, result_as_answer=True, cache=False)
    assert (tool.name, tool.description, tool.result_as_answer) == ("mine", "Pause.", True)
    assert not tool.cache_function({}, "")
    first, second = for_one_task(tool), for_one_task(tool)
    assert "Waited" in first.run(seconds=0)
    assert "usage limit" in str(first.run(seconds=0))
    assert "Waited" in second.run(seconds=0)


def test_what_is_missing_is_said_with_a_way_out(place: Any) -> None:
    """A key, a consent, and a name that is none."""
    with pytest.raises(BuildError, match="SERPER_API_KEY"):
        make(place, "SerperDevTool")
    with pytest.raises(UnknownToolError, match="no tool 'Nothing'"):
        make(place, "Nothing")


def test_a_search_in_documents_needs_no_key(place: Any) -> None:
    """Texts are compared offline; the file is within the folder of files."""
    (place.files / "notes.txt").write_text("The cat sat on the mat.\n\nHeat pumps sell well in Germany.")
    tool = make(place, "TXTSearchTool")
    assert "Germany" in tool.run(search_query="heat pumps", txt="notes.txt")
    assert "outside the folder" in tool.run(search_query="heat pumps", txt="../secret.txt").as_agent_message()
