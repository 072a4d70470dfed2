"""What an import found: definitions, each with what was understood of it and what was not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict

from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.kinds import Kind
from crewlab.definitions.library.tool_records import ToolRecord

_OWN = ("agents", "tasks", "methods", "name")


class FoundDefinition(BaseModel):
    """A definition in what a person wants to import."""

    model_config = ConfigDict(frozen=True)

    kind: Kind = "crew"
    name: str
    """As it is called there; what it will be called here may differ."""
    number: int | None = None
    """Its version where it comes from, in a bundle; steps of flows may name it."""
    path: str
    """The file that it was read from."""
    code: str = ""
    """The Python file that was read beside it; it was not run."""
    document: dict[str, Any]
    tools: tuple[ToolRecord, ...] = ()
    """Tools with settings that it brings along."""
    understood: tuple[Note, ...] = ()
    """Each part with the fields that were read, and from where."""
    notes: tuple[Note, ...] = ()
    """What is left out, kept without effect, or different from before."""


@dataclass(frozen=True)
class Understood:
    """Everything that was found in some files. Nothing is stored, and nothing was run."""

    source: str
    definitions: tuple[FoundDefinition, ...]
    """Those that others refer to come first."""
    left_out: tuple[Note, ...] = ()
    """Files that are no part of what was understood, and why."""
    records: Records = field(default_factory=Records)
    """What the definitions name that was found beside them."""


def understood(document: Mapping[str, Any], origin: Mapping[str, str], default: str) -> tuple[Note, ...]:
    """The fields of each part of a document; `origin` says where a part is from, if not from `default`."""
    return tuple(
        Note(where, f"{', '.join(fields)} (from {origin.get(where, default)})" if fields else f"from {default}")
        for where, fields in _parts(document)
    )


def _parts(document: Mapping[str, Any]) -> Iterable[tuple[str, list[str]]]:
    own = [name for name in document if name not in _OWN]
    if own:
        yield "crew" if "methods" not in document else "flow", own
    for part in ("agents", "methods"):
        named = document.get(part)
        for name, body in named.items() if isinstance(named, Mapping) else ():
            yield f"{part}.{name}", _fields(body)
    tasks = document.get("tasks")
    for task in tasks if isinstance(tasks, list) else ():
        if isinstance(task, Mapping):
            yield f"tasks.{task.get('name')}", [name for name in _fields(task) if name != "name"]


def _fields(body: Any) -> list[str]:
    return [str(name) for name in body] if isinstance(body, Mapping) else []
