"""The files of an execution."""

from __future__ import annotations

from pathlib import Path

import pytest

from crewlab.engine.files import list_files, read_file
from crewlab.errors import ExecutionError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "execution"
    (inside / "charts").mkdir(parents=True)
    (inside / "report.md").write_text("hello", "utf-8")
    (inside / "charts" / "a.svg").write_text("<svg/>", "utf-8")
    (tmp_path / "secret").write_text("no", "utf-8")
    (inside / "link").symlink_to(tmp_path / "secret")
    return inside


def test_files_are_listed_by_name_with_their_size(folder: Path):
    """Folders are walked; a link that leads out is not shown."""
    assert [(file.name, file.size) for file in list_files(folder)] == [("charts/a.svg", 6), ("report.md", 5)]


def test_a_folder_that_was_never_made_holds_nothing(tmp_path: Path):
    """An execution that failed before it was prepared has no files."""
    assert list_files(tmp_path / "never") == []


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "link", "charts", "nothing"])
def test_no_name_leads_out(folder: Path, name: str):
    """Only files of this execution can be read."""
    with pytest.raises(ExecutionError):
        read_file(folder, name)


def test_a_file_is_read_by_the_name_it_is_listed_with(folder: Path):
    """What `list_files` says, `read_file` takes."""
    assert read_file(folder, "charts/a.svg") == b"<svg/>"
