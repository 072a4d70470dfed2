"""`memory` and `knowledge` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

from crewlab.lab import Lab
from crewlab.memory.memories import Note, Sight, learned_now


def learn(*contents: str) -> None:
    """As if an execution of the definition `greeter` had learned this."""
    with Lab.open() as lab:
        memories, embedder = lab.engine.library.memories, lab.engine.library.offline
        sight = Sight(lab.settings.owner, "unsaved:greeter", "execution-1")
        notes = [Note("", content, "host", True) for content in contents]
        memories.keep(sight, (0, "greet"), learned_now(notes, embedder.name, embedder.embed(contents)))
        memories.publish(sight)


def test_memories_are_listed_and_cleared(call):
    """One line each, the newest first; clearing says how many."""
    learn("Ada likes tea.", "Grace\nlikes ships.")
    listed = call("memory", "list", "greeter")
    assert [line.partition("  ")[2] for line in listed.stdout.splitlines()] == [
        "host: Grace likes ships.",
        "host: Ada likes tea.",
    ]
    found = json.loads(call("memory", "list", "greeter", "--json").stdout)
    assert found[0]["content"] == "Grace\nlikes ships."
    assert "2 memories forgotten" in call("memory", "clear", "greeter").stderr
    assert call("memory", "list", "greeter").stdout == ""


def test_knowledge_files_are_added_listed_and_deleted(call, data: Path, tmp_path: Path):
    """Under their own name; what cannot be used says why, and the exit status is 2."""
    (tmp_path / "handbook.md").write_text("Boxes ship on Mondays.")
    assert call("knowledge", "add", "handbook.md").exit_code == 0
    assert (data / "knowledge" / "handbook.md").read_text() == "Boxes ship on Mondays."
    assert "handbook.md  22 bytes" in call("knowledge", "list").stdout
    again = call("knowledge", "add", "handbook.md")
    assert (again.exit_code, "already" in again.stderr) == (2, True)
    assert call("knowledge", "add", "handbook.md", "--replace").exit_code == 0
    assert call("knowledge", "add", "missing.md").exit_code == 2
    assert call("knowledge", "delete", "handbook.md").exit_code == 0
    empty = call("knowledge", "list")
    assert (empty.stdout, "knowledge add FILE" in empty.stderr) == ("", True)
    assert call("knowledge", "delete", "handbook.md").exit_code == 2
