"""The agents or tasks in a YAML file of a classic project, in the shapes that people write them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.source_files import SourceFiles
from crewlab.definitions.notation.text import read_data
from crewlab.errors import DocumentError

_HINT = "Each name holds its fields, indented."


def entries(files: SourceFiles, path: str, kind: str, notes: list[Note]) -> dict[str, dict[str, Any]]:
    """Each agent or task by its name, by which others refer to it; `kind` is `agents` or `tasks`.

    A list, and a file with all of them under one heading, is read like the usual shape. What holds no fields is
    noted.

    Raises:
        DocumentError: It cannot be read, or holds none.
    """
    found = _plain(path, read_data(files.text(path), source=path), kind)
    bodies = {str(name): dict(body) for name, body in found.items() if isinstance(body, Mapping)}
    if not bodies:
        raise DocumentError(f"{path} is not a list of names with fields.", _HINT)
    notes += [Note(f"{kind}.{name}", "left out: it has no fields") for name in found if str(name) not in bodies]
    for name, body in bodies.items() if kind == "tasks" else ():
        given = body.pop("name", name)
        if given != name:
            notes.append(Note(f"tasks.{name}.name", f"left out: {str(given)[:80]!r}; others refer to it as {name}"))
    return bodies


def response_formats(files: SourceFiles, folder: str) -> dict[str, Any]:
    """JSON Schemas in a folder by the names of their files: crewAI's platform exports what tasks answer with so."""
    found: dict[str, Any] = {}
    for path in files.within(folder, ".json"):
        try:
            read = read_data(files.text(path), source=path)
        except DocumentError:
            continue
        if isinstance(read, Mapping) and ("properties" in read or "type" in read):
            found[PurePosixPath(path).stem] = dict(read)
    return found


def _plain(path: str, read: Any, kind: str) -> Mapping[Any, Any]:
    if isinstance(read, Mapping) and set(read) == {kind} and _are_bodies(read[kind]):
        read = read[kind]
    if isinstance(read, list) and all(isinstance(body, Mapping) and "name" in body for body in read):
        named = {str(body["name"]): {key: item for key, item in body.items() if key != "name"} for body in read}
        if len(named) < len(read):
            raise DocumentError(f"{path} has a name twice.", "Give each of them a name of its own.")
        return named
    return read if isinstance(read, Mapping) else {}


def _are_bodies(inner: Any) -> bool:
    if isinstance(inner, Mapping):
        return all(isinstance(body, Mapping) for body in inner.values())
    return isinstance(inner, list)
