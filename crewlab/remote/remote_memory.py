"""What agents remember in the running app, and the knowledge files there."""

from __future__ import annotations

import base64

from crewlab.executions.memory import KnowledgeFile, StoredMemory
from crewlab.remote.connection import Connection
from crewlab.remote.records import records


class RemoteMemory:
    """The methods of `Lab` about memory and knowledge; a part of `RemoteLab`."""

    _connection: Connection

    def memories(self, definition: str) -> list[StoredMemory]:
        """What the next execution of a definition would recall from earlier ones, the newest first."""
        return records(StoredMemory, self._connection.get("memories", definition))

    def clear_memory(self, definition: str) -> int:
        """Forget `memories(definition)`; how many they were. Others that name the same `storage` forget it, too."""
        return int(self._connection.delete("memories", definition))

    def knowledge_files(self) -> list[KnowledgeFile]:
        """The files that knowledge sources may name, by path."""
        return records(KnowledgeFile, self._connection.get("knowledge"))

    def add_knowledge_file(self, name: str, data: bytes, *, replace: bool = False) -> KnowledgeFile:
        """Keep a file for knowledge sources.

        Raises:
            KnowledgeError: The format, the content or the size cannot be used, or there is a file of this name.
        """
        body = {"name": name, "content_base64": base64.b64encode(data).decode(), "replace": replace}
        return KnowledgeFile.model_validate(self._connection.post("knowledge", body=body))

    def delete_knowledge_file(self, path: str) -> None:
        """Remove a knowledge file; definitions that name it cannot run without it. Raises `KnowledgeError`."""
        self._connection.delete("knowledge", path)
