"""Immutable, content-hashed versions of a definition, and what a list shows of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from crewlab.definitions.plain import plain


def content_hash(document: Mapping[str, Any]) -> str:
    """sha256 (hex) of the canonical JSON of a document; the crew's own `description` changes no run and is left out."""
    counted = {key: value for key, value in document.items() if key != "description"}
    canonical = json.dumps(plain(counted), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


class DefinitionVersion(BaseModel):
    """One saved state of a definition. It never changes."""

    model_config = ConfigDict(frozen=True)

    definition_id: str
    owner: str
    kind: str = "crew"
    name: str
    number: int
    """Versions of a definition count from 1."""
    content_hash: str
    document: dict[str, Any]
    note: str = ""
    author: str | None = None
    created_at: datetime

    def mermaid(self) -> str:
        """The picture of its tasks or steps in Mermaid's language, for Markdown."""
        from crewlab.definitions.pictures.drawing import graph_of
        from crewlab.definitions.pictures.mermaid import mermaid

        return mermaid(graph_of(self.document))

    def _repr_html_(self) -> str:
        """What a notebook shows of it: a picture, and its agents and tasks, or its steps."""
        from crewlab.definitions.pictures.html import version_html

        return version_html(self)


class DefinitionSummary(BaseModel):
    """What a list of definitions shows of one."""

    model_config = ConfigDict(frozen=True)

    definition_id: str
    owner: str
    kind: str = "crew"
    name: str
    description: str = ""
    latest_number: int
    content_hash: str
    """Of the latest version."""
    agents_count: int = 0
    tasks_count: int = 0
    steps_count: int = 0
    """Of a flow."""
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None = None
    has_draft: bool = False
    last_status: str | None = None
    """Status of its most recent execution."""
    last_outcome: str | None = None
    """How the most recent of those that ended did."""
    last_executed_at: datetime | None = None
    executions_count: int = 0
    running_count: int = 0
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    """The flows whose latest version uses it, by name."""
    children: tuple[str, ...] = ()
    """What the latest version of a flow uses, by name."""


class Collection(BaseModel):
    """Definitions, crews and flows, that a person keeps together."""

    model_config = ConfigDict(frozen=True)

    name: str
    description: str = ""
    definitions: tuple[str, ...] = ()
    """Names, in order."""
    created_at: datetime


class Draft(BaseModel):
    """Edits that are not a version yet."""

    model_config = ConfigDict(frozen=True)

    draft_id: str
    definition_id: str | None = None
    """`None` for a crew that was never saved."""
    document: dict[str, Any]
    base_number: int | None = None
    """The version that the edits began from."""
    updated_at: datetime
