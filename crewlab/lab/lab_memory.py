"""What agents remember, and the files they may look things up in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewlab.definitions.memory import storages_of
from crewlab.errors import DefinitionNotFoundError
from crewlab.executions.memory import definition_key
from crewlab.lab.parts import LabParts

if TYPE_CHECKING:
    from crewlab.executions.memory import KnowledgeFile, StoredMemory
    from crewlab.memory.memories import Memories


class LabMemory(LabParts):
    """Memories of definitions, and knowledge files."""

    def memories(self, definition: str) -> list[StoredMemory]:
        """What the next execution of a definition would recall from earlier ones, the newest first.

        `definition` is a name or an id; a document that was never saved goes by its name.
        """
        found = [
            memory.model_copy(update={"storage": storage})
            for storage, memories in self._stored(definition)
            for memory in memories.listed(self.settings.owner, self._memory_key(definition))
        ]
        return sorted(found, key=lambda memory: memory.created_at, reverse=True)

    def clear_memory(self, definition: str) -> int:
        """Forget `memories(definition)`; how many they were. What runs keeps what it has learned itself.

        Other definitions that name the same `storage` forget what is there, too.
        """
        key = self._memory_key(definition)
        return sum(memories.clear(self.settings.owner, key) for _, memories in self._stored(definition))

    def knowledge_files(self) -> list[KnowledgeFile]:
        """The files that knowledge sources may name, by path."""
        return self._catalogue.knowledge.files()

    def add_knowledge_file(self, name: str, data: bytes, *, replace: bool = False) -> KnowledgeFile:
        """Keep a file for knowledge sources; its `path` is `name` without what a file name cannot have.

        Raises:
            KnowledgeError: The format, the content or the size cannot be used, or there is a file of this name.
        """
        self._catalogue.require_no_secret_in_file(name, data)
        return self._catalogue.knowledge.add(name, data, replace=replace)

    def delete_knowledge_file(self, path: str) -> None:
        """Remove a knowledge file; definitions that name it cannot run without it. Raises `KnowledgeError`."""
        file = self._catalogue.knowledge.file(path)
        self._catalogue.knowledge.delete(path)
        if file is not None:
            self.engine.library.knowledge.forget(file.sha256)

    def _stored(self, definition: str) -> list[tuple[str, Memories]]:
        """Where a definition keeps its memories: its own place, and those that its latest version names."""
        try:
            document = self.store.definitions.version(definition, owner=self.settings.owner).document
        except DefinitionNotFoundError:
            document = {}
        library = self.engine.library
        return [(storage, library.memories_of(storage)) for storage in ("", *storages_of(document))]

    def _memory_key(self, definition: str) -> str:
        try:
            found = self.store.definitions.get(definition, owner=self.settings.owner)
        except DefinitionNotFoundError:
            return definition_key(None, definition)
        return definition_key(found.definition_id, found.name)
