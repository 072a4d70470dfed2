"""A flow in crewAI's own shape: crews in files beside it become definitions that its steps name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.flows.references import actions_of, with_actions
from crewlab.definitions.interchange.asynchronous import from_crewai
from crewlab.definitions.interchange.code_notes import code_notes
from crewlab.definitions.interchange.found import FoundDefinition, understood
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.source_files import SourceFiles, folder_of, join
from crewlab.definitions.notation.text import read_document


def flow_of_file(files: SourceFiles, path: str, default_name: str, crews: Mapping[str, str]) -> FoundDefinition:
    """The flow in the file at `path`; `crews` says what the crews in other files are called.

    Raises:
        DocumentError: It cannot be read.
    """
    document = {"name": default_name, **read_document(files.text(path), source=path)}
    notes: list[Note] = []
    for placed in actions_of(document):
        notes += _notes(placed.where, placed.action, folder_of(path), crews)
    changed = with_actions(document, lambda action: _action(action, folder_of(path), crews))
    return FoundDefinition(
        kind="flow",
        name=str(changed["name"]),
        path=path,
        document=changed,
        understood=understood(changed, {}, path),
        notes=(*notes, *code_notes(changed)),
    )


def _action(action: Mapping[str, Any], folder: str, crews: Mapping[str, str]) -> dict[str, Any]:
    found = dict(action)
    if name := _named(action, folder, crews):
        del found["from_declaration"]
        return {"call": "crew", "definition": name, **{key: item for key, item in found.items() if key != "call"}}
    if action.get("call") == "crew" and isinstance(action.get("with"), Mapping):
        found["with"] = from_crewai(action["with"]).document
    return found


def _notes(where: str, action: Mapping[str, Any], folder: str, crews: Mapping[str, str]) -> list[Note]:
    """What became of the crew of a step."""
    declared = action.get("from_declaration")
    if declared is not None:
        name = _named(action, folder, crews)
        what = f"the crew in {str(declared)[:80]!r} becomes the definition {name!r}, at its latest version"
        missing = f"kept, and refused at run time: {str(declared)[:80]!r} is not among the files; import its folder"
        return [Note(f"{where}.from_declaration", what if name else missing)]
    if action.get("call") == "crew" and isinstance(action.get("with"), Mapping):
        return [Note(f"{where}.with.{note.where}", note.what) for note in from_crewai(action["with"]).notes]
    return []


def _named(action: Mapping[str, Any], folder: str, crews: Mapping[str, str]) -> str | None:
    """What the crew that a step declares is called; a path that leads out of the files names none."""
    declared = action.get("from_declaration")
    if action.get("call") != "crew" or not isinstance(declared, str) or declared.startswith(("/", "~")):
        return None
    plain = join(folder, declared)
    return next((crews[path] for path in (plain, f"{plain}/crew.jsonc", f"{plain}/crew.json") if path in crews), None)
