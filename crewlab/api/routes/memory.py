"""Routes about what agents remember, and the files they may look things up in."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from crewlab.api.operation import Call, Operation
from crewlab.api.requests import KnowledgeFileRequest
from crewlab.errors import KnowledgeError
from crewlab.executions.memory import KnowledgeFile, StoredMemory

if TYPE_CHECKING:
    from crewlab.lab import Lab


def _memories(lab: Lab, call: Call) -> list[StoredMemory]:
    return lab.memories(call.path["name"])


def _clear(lab: Lab, call: Call) -> int:
    return lab.clear_memory(call.path["name"])


def _add(lab: Lab, call: Call) -> KnowledgeFile:
    asked: KnowledgeFileRequest = call.body
    try:
        data = base64.b64decode(asked.content_base64, validate=True)
    except (binascii.Error, ValueError) as error:
        raise KnowledgeError(
            f"The content of {asked.name!r} is not base64.", "Encode the bytes of the file."
        ) from error
    return lab.add_knowledge_file(asked.name, data, replace=asked.replace)


def _delete(lab: Lab, call: Call) -> None:
    lab.delete_knowledge_file(call.path["path"])


OPERATIONS = (
    Operation("GET", "/memories/{name:path}", "What a definition remembers", _memories, list[StoredMemory]),
    Operation("DELETE", "/memories/{name:path}", "Forget what a definition remembers", _clear, int),
    Operation("GET", "/knowledge", "Knowledge files", lambda lab, call: lab.knowledge_files(), list[KnowledgeFile]),
    Operation("POST", "/knowledge", "Add a knowledge file", _add, KnowledgeFile, body=KnowledgeFileRequest),
    Operation("DELETE", "/knowledge/{path:path}", "Delete a knowledge file", _delete, None),
)
