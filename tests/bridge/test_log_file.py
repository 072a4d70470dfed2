"""The log file of a crew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crewlab.bridge import load
from crewlab.errors import OutputError
from tests.bridge.attempts import one_task, request_for, run

load()

from crewlab.bridge.log_file import LogFile  # noqa: E402 - after load(), which settles crewAI's environment


@pytest.mark.parametrize(("named", "file"), [(True, "logs.txt"), ("notes", "notes.txt"), ("a/b.txt", "a/b.txt")])
def test_a_line_is_written_for_each_task_that_begins_and_ends(tmp_path: Path, named: Any, file: str):
    """In crewAI's shape, without what the mask takes out."""
    document = {**one_task(), "output_log_file": named}
    attempt = run(document, folder=tmp_path, mask=lambda text: text.replace("bees", "***"))
    assert attempt.final is not None
    begun, done = (tmp_path / file).read_text().strip().split("\n", 1)
    assert 'task_name="write", task="Write about ***", agent="Writer", status="started"' in begun
    assert 'status="completed", output="' in done
    assert "bees" not in done


def test_a_json_file_is_a_list_that_later_attempts_continue(tmp_path: Path):
    """Valid JSON at every moment."""
    document = {**one_task(), "output_log_file": "log.json"}
    for _ in range(2):
        run(document, folder=tmp_path)
    entries = json.loads((tmp_path / "log.json").read_text())
    assert [entry["status"] for entry in entries] == ["started", "completed"] * 2
    assert all(entry["timestamp"] for entry in entries)


def test_nothing_is_written_outside_the_folder(tmp_path: Path):
    """Whatever the check of the document was."""
    with pytest.raises(OutputError, match="outside"):
        LogFile(request_for({}, folder=tmp_path / "in"), "../log.txt")


def test_a_log_has_a_largest_size(tmp_path: Path):
    """Like every file that a crew writes; what is missing in it is no secret."""
    attempt = run({**one_task(), "output_log_file": True}, folder=tmp_path, max_file_bytes=20)
    assert isinstance(attempt.error, OutputError)
    assert "at most 20 are allowed" in attempt.error.message


def test_a_file_that_cannot_be_written_ends_the_task(tmp_path: Path):
    """A log that somebody asked for is not left out without a word."""
    (tmp_path / "log.json").write_text("no json")
    attempt = run({**one_task(), "output_log_file": "log.json"}, folder=tmp_path)
    assert isinstance(attempt.error, OutputError)
