"""Everything agents remember and may look up in one data folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from crewlab.errors import MemoryStoreError
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
        self._storages, self._stored = data / "memories", dict[str, Memories]()
        self.folder = KnowledgeFolder(data / "knowledge", max_knowledge_bytes)
        self.offline = OfflineEmbedder()

    @cached_property
    def memories(self) -> Memories:
        return Memories(self._database, self._mask)

    def memories_of(self, storage: str) -> Memories:
        """Those of a place of its own, which is a file of that name; an empty name is where definitions have theirs.

        Raises:
            MemoryStoreError: The name leads out of the folder, also over a link.
        """
        if not storage:
            return self.memories
        if storage not in self._stored:
            path, root = self._storages / f"{storage}.sqlite3", self._storages.resolve()
            if os.path.realpath(path) != str(root / f"{storage}.sqlite3"):
                raise MemoryStoreError(f"The memory {storage!r} leads out of {root}.", "Use a plain name.")
            self._stored.setdefault(storage, Memories(Database(path), self._mask, is_shared=True))
        return self._stored[storage]

    @cached_property
    def knowledge(self) -> Knowledge:
        return Knowledge(self._database, self.folder, self._mask)
