"""The file tools: one folder, and nothing else however it is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from crewai.tools.tool_failure import ToolFailure

from crewlab.bridge.tools.allow_list import MOST_CHARACTERS, MOST_FILES, make_tool
from crewlab.errors import UnknownToolError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files, beside a secret that links and paths point at."""
    (tmp_path / "secret.txt").write_text("secret")
    inside = tmp_path / "files"
    (inside / "2024").mkdir(parents=True)
    (inside / "orders.csv").write_text("\ufefforder_id,amount\n1,20\n2,30\n", encoding="utf-8")
    (inside / "2024" / "may.csv").write_text("day\n1\n")
    (inside / "link.txt").symlink_to(tmp_path / "secret.txt")
    (inside / "up").symlink_to(tmp_path)
    return inside


def read(folder: Path, path: str | None, **window: int) -> str:
    return told(make_tool("FileReadTool", folder).run(file_path=path, **window))


def listed(folder: Path, path: str = ".") -> str:
    return told(make_tool("DirectoryReadTool", folder).run(directory=path))


def told(result: object) -> str:
    """What the model is told."""
    return result.as_agent_message() if isinstance(result, ToolFailure) else str(result)


@pytest.mark.parametrize("path", ["orders.csv", "./2024/../orders.csv"])
def test_a_file_inside_is_read(folder: Path, path: str) -> None:
    """Relative names are relative to the folder; a byte order mark is left out."""
    assert read(folder, path) == "order_id,amount\n1,20\n2,30\n"


def test_an_absolute_path_inside_is_read(folder: Path) -> None:
    """A model may repeat the whole path."""
    assert read(folder, str(folder / "2024" / "may.csv")) == "day\n1\n"


def test_a_window_of_lines_is_read(folder: Path) -> None:
    """`start_line` and `line_count` work as crewAI describes them."""
    assert read(folder, "orders.csv", start_line=2, line_count=1) == "1,20\n"


OUTSIDE = ["../secret.txt", "/etc/passwd", "link.txt", "up/secret.txt", "2024/../../secret.txt", "a\0b"]


@pytest.mark.parametrize("path", OUTSIDE)
@pytest.mark.parametrize("unsafe", ["", "true"])
def test_nothing_outside_is_read(folder: Path, path: str, unsafe: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither `..` nor `/` nor a link leads out, even where crewAI's own check is switched off."""
    monkeypatch.setenv("CREWAI_TOOLS_ALLOW_UNSAFE_PATHS", unsafe)
    answer = read(folder, path)
    assert answer.startswith("Error: ")
    assert "outside the folder" in answer
    assert "secret\n" not in answer


@pytest.mark.parametrize("path", ["..", "/", "up", "/etc"])
def test_nothing_outside_is_listed(folder: Path, path: str) -> None:
    """The directory tool is shut in the same way."""
    assert "outside the folder" in listed(folder, path)


def test_a_missing_file_is_answered_with_the_files_there_are(folder: Path) -> None:
    """The model can correct itself."""
    answer = read(folder, "order.csv")
    assert answer.startswith("Error: there is no file")
    assert "orders.csv" in answer


@pytest.mark.parametrize("path", ["order.csv", "../secret.txt", ""])
def test_what_could_not_be_read_is_a_failed_call(folder: Path, path: str) -> None:
    """Not a result: a flow can take its error route, and the call is shown as failed."""
    assert isinstance(make_tool("FileReadTool", folder).run(file_path=path), ToolFailure)
    assert isinstance(make_tool("DirectoryReadTool", folder).run(directory=path or "none"), ToolFailure)


@pytest.mark.parametrize("path", ["", None])
def test_a_read_without_a_name_says_what_is_missing(folder: Path, path: str | None) -> None:
    """An empty call is answered, not raised."""
    assert "say which file" in read(folder, path)


def test_bytes_that_are_no_text_are_an_answer(folder: Path) -> None:
    """A picture does not end the task."""
    (folder / "picture.png").write_bytes(b"\x89PNG\xff\xfe\x00")
    assert read(folder, "picture.png").startswith("Error: ")


def test_a_long_file_is_cut_and_says_so(folder: Path) -> None:
    """The model learns how to read on."""
    (folder / "long.txt").write_text("x" * (MOST_CHARACTERS + 10))
    answer = read(folder, "long.txt")
    assert "read on with start_line" in answer
    assert len(answer) < MOST_CHARACTERS + 100


def test_the_listing_is_relative_sorted_and_without_links(folder: Path) -> None:
    """Names that the file tool takes, and no hint of where the folder is."""
    assert listed(folder) == "File paths:\n- orders.csv\n- 2024/may.csv"


def test_a_long_listing_is_cut_and_says_so(folder: Path) -> None:
    """Ten thousand files do not fill a context window."""
    for number in range(MOST_FILES):
        (folder / f"{number}.txt").touch()
    assert listed(folder).endswith("[2 more]")


def test_the_directory_may_be_left_out(folder: Path) -> None:
    """Listing everything needs no argument."""
    assert "orders.csv" in str(make_tool("DirectoryReadTool", folder).run())


def test_any_other_tool_is_refused(tmp_path: Path) -> None:
    """Names of crewai_tools that are not on the list are unknown here."""
    with pytest.raises(UnknownToolError, match="FileWriterTool") as failure:
        make_tool("FileWriterTool", tmp_path)
    assert "FileReadTool" in failure.value.hint
