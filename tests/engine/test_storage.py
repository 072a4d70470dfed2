"""What the data folder holds."""

from __future__ import annotations

from pathlib import Path

from crewlab.engine.storage import remove_folders, report
from crewlab.settings import Settings


def written(settings: Settings, execution_id: str, text: str = "12345") -> Path:
    file = settings.execution_folder(execution_id) / "deep" / "file.txt"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    return file


def test_every_part_is_weighed(tmp_path: Path):
    """Files below folders too; what is not there weighs nothing."""
    settings = Settings(data=tmp_path)
    written(settings, "a"), written(settings, "b", "123")
    parts = {part.name: (part.files, part.bytes) for part in report(settings, "ok").parts}
    assert parts["Written by tasks"] == (2, 8)
    assert parts["Database"] == parts["Snapshots"] == (0, 0)


def test_only_the_named_folders_are_removed(tmp_path: Path):
    """It says what that freed; an execution without files frees nothing."""
    settings = Settings(data=tmp_path)
    gone, kept = written(settings, "a"), written(settings, "b")
    assert remove_folders(settings, ["a", "nothing"]) == 5
    assert not gone.exists()
    assert kept.exists()


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path):
    """Removing what a task linked to would be removing somebody else's file."""
    settings = Settings(data=tmp_path / "data")
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    folder = settings.execution_folder("a")
    folder.mkdir(parents=True)
    (folder / "link").symlink_to(outside)
    remove_folders(settings, ["a"])
    assert outside.read_text() == "mine"
