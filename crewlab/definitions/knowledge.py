"""What a document says about knowledge: texts and files that agents may look things up in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from crewlab.definitions.flows.crews import crew_documents
from crewlab.definitions.shape import in_crew_shape

FORMATS = {".txt": "text", ".md": "Markdown", ".csv": "table", ".json": "JSON", ".pdf": "PDF"}
"""Endings of files that can be read, and what they hold."""
LONGEST_NAME = 120
_FILE_KINDS = frozenset({"file", "text_file", "csv", "json", "pdf"})


class KnowledgeSource(BaseModel):
    """A text, or a file in the folder of knowledge: exactly one of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    content: str | None = None
    path: str | None = None
    chunk_size: int = Field(default=4000, ge=100, le=100_000)
    """Characters of a piece that is found and quoted as a whole."""
    chunk_overlap: int = Field(default=200, ge=0)
    """Characters at the end of a piece that the next one begins with."""

    @field_validator("path")
    @classmethod
    def _is_inside(cls, path: str | None) -> str | None:
        if path is not None and (reason := unsafe_path(path)):
            raise ValueError(reason)
        return path

    @model_validator(mode="after")
    def _is_one_of_both(self) -> KnowledgeSource:
        if (self.content is None) == (self.path is None):
            raise ValueError("it needs either a content or a path")
        if self.content is not None and not self.content.strip():
            raise ValueError("its content is empty")
        if self.chunk_overlap >= self.chunk_size:
            raise ValueError("chunk_overlap must be smaller than chunk_size")
        return self


class KnowledgeConfig(BaseModel):
    """How much of what is found an agent is given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    results_limit: int = Field(default=5, ge=1, le=100)
    score_threshold: float = Field(default=0.6, ge=0, le=1)
    rewrite_query: bool = True
    """Whether a model call first makes a search query of the task, as crewAI does; otherwise the task is the query."""


def sources_of(value: Any) -> list[KnowledgeSource]:
    """The sources that a `knowledge_sources` field lists, in CrewLab's words or in crewAI's.

    Raises:
        ValidationError: A source is none; its first `loc` is the position in the list.
        TypeError: The value is no list of objects.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise TypeError("This must be a list of sources.")
    return [source for item in value for source in sources_of_item(item)]


def sources_of_item(item: Any) -> list[KnowledgeSource]:
    """What one object of the list stands for: crewAI's may name several files. Raises as `sources_of`."""
    if not isinstance(item, Mapping):
        raise TypeError('A source is an object, such as {"type": "file", "path": "handbook.md"}.')
    fields = {str(key): value for key, value in item.items()}
    kind = fields.pop("type", None) or fields.pop("source_type", None)
    kind = kind or ("string" if "content" in fields else "file")
    if kind == "string":
        return [KnowledgeSource.model_validate(fields)]
    if kind not in _FILE_KINDS:
        raise TypeError(f"There is no kind of source {str(kind)[:80]!r}: it is string or file.")
    paths = next((fields.pop(name) for name in ("path", "file_paths", "file_path") if name in fields), None)
    several = paths if isinstance(paths, list) else [paths]
    return [KnowledgeSource.model_validate({**fields, "path": path}) for path in several]


def unsafe_path(path: str) -> str:
    """Why a path cannot name a file in the folder of knowledge; an empty text when it can."""
    pure = PurePosixPath(path.replace("\\", "/"))
    if not path.strip() or path != path.strip():
        return "it has no name, or spaces around it"
    if pure.is_absolute() or (len(path) > 1 and path[1] == ":") or ".." in pure.parts or path.startswith("~"):
        return "it leads out of the folder of knowledge files; name a file in it, such as handbook.md"
    if any(part.startswith(".") for part in pure.parts):
        return "hidden files are not read"
    if any(ord(character) < 32 or "\ud800" <= character <= "\udfff" for character in path) or "\\" in path:
        return "it holds a character that does not belong in a file name"
    if pure.suffix.lower() not in FORMATS:
        return f"its format is not one of {', '.join(sorted(FORMATS))}"
    return "it is too long" if any(len(part.encode()) > LONGEST_NAME * 2 for part in pure.parts) else ""


def all_sources(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every object listed as a source, with its place in the document; whatever has another shape is left out."""
    shaped = in_crew_shape(document)
    agents = shaped.get("agents")
    bodies = [(f"agents.{name}.", body) for name, body in agents.items()] if isinstance(agents, Mapping) else []
    for prefix, body in [("", shaped), *bodies, ("manager_agent.", shaped.get("manager_agent"))]:
        listed = body.get("knowledge_sources") if isinstance(body, Mapping) else None
        yield from ((f"{prefix}knowledge_sources.{number}", item) for number, item in enumerate(_list(listed)))


def files_of(document: Mapping[str, Any]) -> list[str]:
    """The paths of all knowledge files that a document names, each once; unusable sources are left out."""
    found: dict[str, None] = {}
    for _, item in (source for crew in crew_documents(document) for source in all_sources(crew)):
        try:
            found.update({source.path: None for source in sources_of_item(item) if source.path is not None})
        except (TypeError, ValueError):
            continue
    return list(found)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
