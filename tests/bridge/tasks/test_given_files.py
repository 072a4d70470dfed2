"""Files that a task is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crewlab.bridge.rehearsal.answers import Answer, ToolCall
from crewlab.errors import BuildError
from crewlab.executions.events import ToolCallCompleted
from tests.bridge.attempts import Attempt, one_task, run
from tests.model_server import ModelServer


def read(files: Path, named: Any, name: str) -> tuple[Attempt, ModelServer]:
    """A task with these files, whose agent reads one of them."""

    def reply(body: Any) -> Answer | str:
        done = any(message["role"] == "tool" for message in body["messages"])
        return "done" if done else Answer(tool_calls=(ToolCall("c0", "read_file", {"file_name": name}),))

    with ModelServer(reply=reply) as server:
        document = one_task({"model": "openai/any", "base_url": server.url}, input_files=named)
        return run(document, files=files), server


@pytest.mark.parametrize("value", ["in/notes.md", {"path": "in/notes.md"}])
def test_the_agent_is_told_of_a_file_and_reads_it(tmp_path: Path, value: Any):
    """In crewAI's words, and with its tool."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.md").write_text("# Bees")
    attempt, server = read(tmp_path, {"notes": value}, "notes")
    asked = server.requests[0].body["messages"][-1]["content"]
    line = (
        'Available input files (use the name in quotes with read_file tool):\n  - "notes" (notes.md, text/markdown)\n'
    )
    assert f"Write about bees\n\n{line}" in asked
    assert [call.result for call in attempt.of(ToolCallCompleted)] == ["# Bees"]


def test_what_is_no_text_comes_encoded(tmp_path: Path):
    """As in crewAI where a model cannot be shown it."""
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    attempt, _ = read(tmp_path, {"picture": "a.png"}, "picture")
    assert "image/png" in str(attempt.of(ToolCallCompleted)[0].result)


@pytest.mark.parametrize("value", ["nowhere.md", "../up.md", "/etc/passwd", "", 5, {"url": "x"}, "link"])
def test_a_file_that_is_not_there_is_an_error(tmp_path: Path, value: Any):
    """Or one that is outside the folder; before anything is paid."""
    files = tmp_path / "files"
    files.mkdir()
    (tmp_path / "up.md").write_text("secret")
    (files / "link").symlink_to(tmp_path / "up.md")
    attempt, server = read(files, {"notes": value}, "notes")
    assert isinstance(attempt.error, BuildError)
    assert not server.requests
