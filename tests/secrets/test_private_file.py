"""Private files: whole or not at all, and for their owner only."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from crewlab.secrets import private_file
from crewlab.secrets.private_file import alone, read_private, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_may_read_what_is_written(tmp_path: Path):
    """Mode 0600, in a folder that is made for it."""
    write_private(tmp_path / "new" / "file", "text")
    assert mode(tmp_path / "new" / "file") == 0o600
    assert read_private(tmp_path / "new" / "file") == "text"
    assert read_private(tmp_path / "nothing") is None


def test_a_file_that_others_could_read_is_closed(tmp_path: Path):
    """A copy or a backup may have opened it."""
    (tmp_path / "file").write_text("text")
    (tmp_path / "file").chmod(0o644)
    assert read_private(tmp_path / "file") == "text"
    assert mode(tmp_path / "file") == 0o600


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A full disk must not cost what was there."""
    write_private(tmp_path / "file", "old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(private_file.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(tmp_path / "file", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "old"


def test_writers_take_turns(tmp_path: Path):
    """The lock is let go of, also after an error."""
    with pytest.raises(ZeroDivisionError), alone(tmp_path / "file"):
        _ = 1 / 0
    with alone(tmp_path / "file"):
        pass
