"""What agents remember, and the files they may look things up in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewlab.errors import DefinitionNotFoundError
from crewlab.executions.memory import definition_key
from crewlab.lab.parts import LabParts

if TYPE_CHECKING:
    from crewlab.executions.memory import KnowledgeFile, StoredMemory


class LabMemory(LabParts):
    """Memories of definitions, and knowledge files."""

    def memories(self, definition: str) -> list[StoredMemory]:
        """What the next execution of a definition would recall from earlier ones, the newest first.

        `definition` is a name or an id; a document that was never saved goes by its name.
        """
        return self.engine.library.memories.listed(self.settings.owner, self._memory_key(definition))

    def clear_memory(self, definition: str) -> int:
        """Forget `memories(definition)`; how many they were. What runs keeps what it has learned itself."""
        return self.engine.library.memories.clear(self.settings.owner, self._memory_key(definition))

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

    def _memory_key(self, definition: str) -> str:
        try:
            found = self.store.definitions.get(definition, owner=self.settings.owner)
        except DefinitionNotFoundError:
            return definition_key(None, definition)
        return definition_key(found.definition_id, found.name)
