"""What agents recall, remember and look up."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events.base import BaseEvent, Level


class Found(BaseModel):
    """Something that was found; `content` is cut after some hundred characters."""

    model_config = ConfigDict(frozen=True)

    content: str
    score: float
    """From 0 to 1; of memories it counts nearness and age, of knowledge nearness alone."""


class MemoryRecalled(BaseEvent):
    """Memories were searched: for a task's prompt, or because an agent asked with its tool."""

    kind: Literal["memory_recalled"] = "memory_recalled"
    query: str
    results: int
    found: tuple[Found, ...] = ()
    memories: int = 0
    """How many there were to choose from."""
    by_tool: bool = False
    explored: int = 0
    """How often a model was asked what is missing among them."""
    missing: tuple[str, ...] = ()
    """What it missed, which was then searched for, too."""
    embedder: str = ""
    duration_seconds: float = 0.0
    is_replay: bool = False
    """Whether what was found came from a cassette, and no memory was looked at."""


class MemorySaved(BaseEvent):
    """What was learned in a task is kept, now that its output was accepted."""

    kind: Literal["memory_saved"] = "memory_saved"
    count: int
    replaced: int = 0
    """How many earlier memories a model has rewritten or given up for it."""
    contents: tuple[str, ...] = ()
    """Each cut after some hundred characters."""
    scope: Literal["execution", "definition"]
    embedder: str = ""
    duration_seconds: float = 0.0


class MemorySaveFailed(BaseEvent):
    """The task is done and what was learned in it could not be kept."""

    kind: Literal["memory_save_failed"] = "memory_save_failed"
    level: Level = "warning"
    error: ErrorReport


class KnowledgeFileRead(BaseModel):
    """A knowledge file as an attempt read it."""

    model_config = ConfigDict(frozen=True)

    path: str
    sha256: str
    changed_since_launch: bool = False


class KnowledgeRead(BaseEvent):
    """The knowledge sources of the crew and its agents are ready to be searched."""

    kind: Literal["knowledge_read"] = "knowledge_read"
    sources: int
    pieces: int
    files: tuple[KnowledgeFileRead, ...] = ()
    embedder: str = ""
    duration_seconds: float = 0.0


class KnowledgeSearched(BaseEvent):
    """The knowledge sources were searched for a task."""

    kind: Literal["knowledge_searched"] = "knowledge_searched"
    query: str
    results: int
    found: tuple[Found, ...] = ()
    embedder: str = ""
    duration_seconds: float = 0.0
    is_replay: bool = False
    """Whether what was found came from a cassette, and no source was looked at."""
