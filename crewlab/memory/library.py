"""Everything agents remember and may look up in one data folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from crewlab.memory.database import Database
from crewlab.memory.embedding import OfflineEmbedder
from crewlab.memory.knowledge import Knowledge
from crewlab.memory.knowledge_folder import KnowledgeFolder
from crewlab.memory.memories import Memories


class Library:
    """Memories and knowledge; no file is made before something is kept."""

    def __init__(self, data: Path, max_knowledge_bytes: int, mask: Callable[[str], str] = str) -> None:
        """`mask` takes secrets out of what is kept."""
        self._mask = mask
        self._database = Database(data / "memory.sqlite3")
        self.folder = KnowledgeFolder(data / "knowledge", max_knowledge_bytes)
        self.offline = OfflineEmbedder()

    @cached_property
    def memories(self) -> Memories:
        return Memories(self._database, self._mask)

    @cached_property
    def knowledge(self) -> Knowledge:
        return Knowledge(self._database, self.folder, self._mask)
