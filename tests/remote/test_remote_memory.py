"""Memory and knowledge through the running app."""

from __future__ import annotations

import pytest

from crewlab.errors import KnowledgeError
from crewlab.memory.memories import Note, Sight, learned_now


def test_knowledge_files_go_over_http(lab, remote):
    """Bytes and odd names arrive as they are, and errors are the lab's own."""
    kept = remote.add_knowledge_file("hand 🎉 book.txt", "Grüße".encode("utf-16"))
    assert remote.knowledge_files() == lab.knowledge_files() == [kept]
    assert lab.engine.library.folder.read("hand 🎉 book.txt") == "Grüße".encode("utf-16")
    with pytest.raises(KnowledgeError, match="already"):
        remote.add_knowledge_file("hand 🎉 book.txt", b"x")
    assert remote.add_knowledge_file("hand 🎉 book.txt", b"x", replace=True).size == 1
    remote.delete_knowledge_file("hand 🎉 book.txt")
    assert lab.knowledge_files() == []
    with pytest.raises(KnowledgeError, match="no knowledge file"):
        remote.delete_knowledge_file("../endpoint.json")


def test_memories_are_read_and_cleared_over_http(lab, remote):
    """The same records, and the same count."""
    memories, embedder = lab.engine.library.memories, lab.engine.library.offline
    sight = Sight(lab.settings.owner, "unsaved:a/b crew", "execution-1")
    memories.keep(
        sight, (0, "t"), learned_now([Note("", "learned", "a", True)], embedder.name, embedder.embed(["learned"]))
    )
    memories.publish(sight)
    assert remote.memories("a/b crew") == lab.memories("a/b crew") != []
    assert remote.clear_memory("a/b crew") == 1
    assert remote.memories("a/b crew") == []


def test_content_that_is_not_base64_is_refused(remote):
    """By the API itself, in words."""
    body = {"name": "a.md", "content_base64": "not base64!"}
    with pytest.raises(KnowledgeError, match="not base64"):
        remote._connection.post("knowledge", body=body)
