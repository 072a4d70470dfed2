"""What an import found: definitions, each with what was understood of it and what was not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from crewlab.definitions.interchange.notes import Note

_OWN = ("agents", "tasks", "methods", "name")


class FoundDefinition(BaseModel):
    """A definition in what a person wants to import."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["crew", "flow"] = "crew"
    name: str
    """As it is called there; what it will be called here may differ."""
    path: str
    """The file that it was read from."""
    code: str = ""
    """The Python file that was read beside it; it was not run."""
    document: dict[str, Any]
    understood: tuple[Note, ...] = ()
    """Each part with the fields that were read, and from where."""
    notes: tuple[Note, ...] = ()
    """What is left out, kept without effect, or different from before."""


class Understood(BaseModel):
    """Everything that was found in some files. Nothing is stored, and nothing was run."""

    model_config = ConfigDict(frozen=True)

    source: str
    definitions: tuple[FoundDefinition, ...]
    """Those that others refer to come first."""
    left_out: tuple[Note, ...] = ()
    """Files that are no part of what was understood, and why."""


def understood(document: Mapping[str, Any], origin: Mapping[str, str], default: str) -> tuple[Note, ...]:
    """The fields of each part of a document; `origin` says where a part is from, if not from `default`."""
    return tuple(
        Note(where, f"{', '.join(fields)} (from {origin.get(where, default)})" if fields else f"from {default}")
        for where, fields in _parts(document)
    )


def _parts(document: Mapping[str, Any]) -> Iterable[tuple[str, list[str]]]:
    own = [field for field in document if field not in _OWN]
    if own:
        yield "crew" if "methods" not in document else "flow", own
    for field in ("agents", "methods"):
        named = document.get(field)
        for name, body in named.items() if isinstance(named, Mapping) else ():
            yield f"{'steps' if field == 'methods' else field}.{name}", _fields(body)
    tasks = document.get("tasks")
    for task in tasks if isinstance(tasks, list) else ():
        if isinstance(task, Mapping):
            yield f"tasks.{task.get('name')}", [field for field in _fields(task) if field != "name"]


def _fields(body: Any) -> list[str]:
    return [str(field) for field in body] if isinstance(body, Mapping) else []
