"""What a file says, kept until it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from crewlab.secrets.file_content import FileContent
from crewlab.secrets.private_file import read_private, write_private


def test_a_file_is_read_again_once_it_has_changed(tmp_path: Path):
    """Also where it has the same length, was made or was taken away; not where it is as it was."""
    path, reads = tmp_path / "file", []
    content = FileContent(path, lambda: reads.append(read_private(path)) or reads[-1])
    for text in (None, "one", "two", None):
        path.unlink(missing_ok=True) if text is None else write_private(path, text)
        assert [content.value, content.value] == [text, text]
    assert reads == [None, "one", "two", None]


def test_a_file_that_cannot_be_read_is_tried_again(tmp_path: Path):
    """An error is not kept: somebody may correct what it was about without touching the file."""
    answers = [ValueError("damaged"), "fine"]

    def read() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    content = FileContent(tmp_path / "file", read)
    with pytest.raises(ValueError, match="damaged"):
        _ = content.value
    assert content.value == "fine"
