"""Finds the definitions in files, whichever of the known shapes they have."""

from __future__ import annotations

from functools import partial

from crewlab.definitions.editing import free_name
from crewlab.definitions.flows.crews import crew_documents
from crewlab.definitions.interchange.beginnings import Beginnings, beginnings, name_of
from crewlab.definitions.interchange.bundle import MANIFEST, read_bundle
from crewlab.definitions.interchange.flow_file import flow_of_file
from crewlab.definitions.interchange.found import FoundDefinition, Understood
from crewlab.definitions.interchange.models_for_crewai import with_rehearsal_models
from crewlab.definitions.interchange.notebook_code import PYTHON
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.interchange.source_files import SourceFiles
from crewlab.definitions.interchange.unread_code import unread_code
from crewlab.definitions.interchange.unreadable import Unreadable
from crewlab.definitions.knowledge import files_of
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.errors import DocumentError

MAX_DEFINITIONS = 100
_HINT = (
    "CrewLab reads crews and flows as YAML or JSON, CrewLab's bundles, and the folder or zip of a project with "
    "crew.jsonc, with config/agents.yaml and config/tasks.yaml, with flow.yaml, or with a script or a notebook that "
    "makes a crew."
)


def understand(files: SourceFiles) -> Understood:
    """What there is in some files. Nothing is stored, no code is run, and only these files are looked at.

    Raises:
        DocumentError: A definition cannot be read, or there is none; of several that cannot it names each.
    """
    if MANIFEST in files.contents:
        bundle = read_bundle(files)
        return Understood(files.name, bundle.definitions, files.left_out, bundle.records)
    there = beginnings(files)
    if len(there.crews) + len(there.flows) > MAX_DEFINITIONS:
        raise DocumentError(f"{files.name} has more than {MAX_DEFINITIONS} definitions.", "Import it in parts.")
    if not there.crews and not there.flows:
        raise _nothing(files, there)
    found = [_as_written_here(each) for each in _read(files, there)]
    records = Records(tools=_tools(found), knowledge=_knowledge(files, found))
    said = {each.code for each in found} | {note.where for note in there.without_yaml}
    left_out = (*files.left_out, *there.without_yaml, *unread_code(files, said))
    return Understood(files.name, tuple(found), left_out, records)


def _nothing(files: SourceFiles, there: Beginnings) -> DocumentError:
    if there.without_yaml:
        said = "; ".join(note.what if note.where == files.name else str(note) for note in there.without_yaml)
        return DocumentError(f"There is no whole definition in {files.name}: {said}.", _HINT)
    if any(path.endswith(PYTHON) for path in files.contents):
        what = f"There is no definition in {files.name}: there is Python, and its text makes no crew."
        return DocumentError(what, f"Flows written in Python are not read. {_HINT}")
    return DocumentError(f"There is no definition in {files.name}.", _HINT)


def _read(files: SourceFiles, there: Beginnings) -> list[FoundDefinition]:
    unreadable = Unreadable()
    found = _unlike([each for path, read in there.crews for each in unreadable.read(path, read)])
    names = {each.path: each.name for each in found}
    for path in there.flows:
        found += unreadable.read(path, partial(flow_of_file, files, path, name_of(files, path), names))
    unreadable.require_none()
    return _unlike(found)


def _as_written_here(found: FoundDefinition) -> FoundDefinition:
    """The rehearsal model by its own name, as before an export."""
    notes: list[Note] = []
    document = with_rehearsal_models(found.document, notes)
    return found.model_copy(update={"document": document, "notes": (*found.notes, *notes)}) if notes else found


def _tools(found: list[FoundDefinition]) -> dict[str, ToolRecord]:
    """The tools that definitions bring along; of two with one name the first counts."""
    return {tool.name: tool for each in reversed(found) for tool in reversed(each.tools)}


def _unlike(found: list[FoundDefinition]) -> list[FoundDefinition]:
    """The same with a name of its own for each, since steps of flows refer to names."""
    taken: set[str] = set()
    named: list[FoundDefinition] = []
    for each in found:
        name = free_name(taken, each.name)
        taken.add(name)
        if name != each.name:
            note = Note("name", f"{name} instead of {each.name}, which is there twice")
            changed = {"name": name, "document": {**each.document, "name": name}, "notes": (note, *each.notes)}
            each = each.model_copy(update=changed)
        named.append(each)
    return named


def _knowledge(files: SourceFiles, found: list[FoundDefinition]) -> dict[str, bytes]:
    """The files that definitions look things up in, where crewAI's projects have them."""
    named = {path for each in found for crew in crew_documents(each.document) for path in files_of(crew)}
    return {path: data for path in sorted(named) if (data := files.contents.get(f"knowledge/{path}")) is not None}
