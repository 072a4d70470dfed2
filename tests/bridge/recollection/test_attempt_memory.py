"""What the agents of an attempt recall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from crewlab.bridge.recollection.attempt_memory import AttemptMemory, Place
from crewlab.definitions.memory import MemoryDocument
from crewlab.memory.database import Database
from crewlab.memory.embedding import OfflineEmbedder
from crewlab.memory.memories import Memories, Note, Sight, learned_now

if TYPE_CHECKING:
    from crewlab.memory.embedding import Vectors


class Counting(OfflineEmbedder):
    """Counts the texts that it makes vectors of."""

    def __init__(self, name: str) -> None:
        self.name, self.texts = name, list[str]()

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return super().embed(texts)


def test_definitions_that_share_a_storage_need_not_share_an_embedder(tmp_path: Path):
    """Each makes vectors of a memory once, and not again after the other: a model is paid for them."""
    memories, sight = Memories(Database(tmp_path / "m"), is_shared=True), Sight("ann", "a", "earlier")
    one, other = Counting("one"), Counting("other")
    content = "Boxes ship on Monday."
    memories.keep(sight, (0, "t"), learned_now([Note("", content, "a", True)], one.name, one.embed([content])))
    memories.publish(sight)
    request: Any = SimpleNamespace(
        owner="ann", definition="b", execution_id="later", began_at=datetime.now(UTC), cassette=None
    )
    for embedder in (other, one, other, one):
        place = Place("", MemoryDocument(scope="definition"), embedder, memories)
        found = AttemptMemory(request).recall(["boxes"], place, 5)
        assert [match.content for match in found.matches] == [content]
    assert (one.texts.count(content), other.texts.count(content)) == (1, 1)
