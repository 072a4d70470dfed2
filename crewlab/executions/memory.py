"""Records of what agents remember and may look up."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class StoredMemory(BaseModel):
    """One thing that an execution has learned for the executions of its definition that follow."""

    model_config = ConfigDict(frozen=True)

    memory_id: str
    content: str
    keeper: str = ""
    """The agent that keeps it for itself; empty is the whole crew."""
    storage: str = ""
    """The place of its own that it is kept in; empty is that of the definition."""
    agent: str
    """Who learned it."""
    task_name: str
    execution_id: str
    created_at: datetime


class KnowledgeFile(BaseModel):
    """A file that knowledge sources may name by its `path`; `size` is in bytes."""

    model_config = ConfigDict(frozen=True)

    path: str
    size: int
    sha256: str
    """Of its content: equal hashes mean that agents can find the same."""
    changed_at: datetime


def definition_key(definition_id: str | None, name: str) -> str:
    """Whose memories executions share: those of a saved definition, or else of all documents of one name."""
    return definition_id or f"unsaved:{name}"
