"""Finds the definitions in files, whichever of the known shapes they have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePosixPath

from crewlab.definitions.editing import free_name
from crewlab.definitions.flows.crews import crew_documents
from crewlab.definitions.interchange.bundle import MANIFEST, read_bundle
from crewlab.definitions.interchange.classic import CLASSIC_AGENTS, crew_of_yaml, tasks_beside
from crewlab.definitions.interchange.crew_json import crew_of_json
from crewlab.definitions.interchange.flow_file import flow_of_file
from crewlab.definitions.interchange.found import FoundDefinition, Understood
from crewlab.definitions.interchange.models_for_crewai import with_rehearsal_models
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.python_module import parsed
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.interchange.single import is_flow, looks_like_a_crew, one_document
from crewlab.definitions.interchange.source_files import SourceFiles, folder_of, join
from crewlab.definitions.interchange.unreadable import Unreadable
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.knowledge import files_of
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.definitions.notation.text import read_document
from crewlab.errors import DocumentError

MAX_DEFINITIONS = 100
_JSON_CREWS = ("crew.jsonc", "crew.json")
_FLOWS = ("flow.yaml", "flow.yml", "flow.json", "flow.jsonc")
_DOCUMENTS = (".yaml", ".yml", ".json", ".jsonc")
_PYTHON = (".py", ".ipynb")
_FLOW_CLASS = re.compile(rb"^class \w+\((?:\w+.)?Flow\b", re.MULTILINE)
_HINT = (
    "CrewLab reads crews and flows as YAML or JSON, CrewLab's bundles, and the folder or zip of a project with "
    "crew.jsonc, with config/agents.yaml and config/tasks.yaml, or with flow.yaml."
)
_Reader = Callable[[SourceFiles, str, str], FoundDefinition]


def understand(files: SourceFiles) -> Understood:
    """What there is in some files. Nothing is stored, no code is run, and only these files are looked at.

    Raises:
        DocumentError: A definition cannot be read, or there is none; of several that cannot it names each.
    """
    if MANIFEST in files.contents:
        bundle = read_bundle(files)
        return Understood(files.name, bundle.definitions, files.left_out, bundle.records)
    crews, flows = _beginnings(files)
    if len(crews) + len(flows) > MAX_DEFINITIONS:
        raise DocumentError(f"{files.name} has more than {MAX_DEFINITIONS} definitions.", "Import it in parts.")
    if not crews and not flows:
        if any(path.endswith(_PYTHON) for path in files.contents):
            raise _python_alone(files)
        raise DocumentError(f"There is no definition in {files.name}.", _HINT)
    found = [_as_written_here(each) for each in _read(files, crews, flows)]
    records = Records(tools=_tools(found), knowledge=_knowledge(files, found))
    return Understood(files.name, tuple(found), (*files.left_out, *_unread(files, found)), records)


def _python_alone(files: SourceFiles) -> DocumentError:
    what = f"There is no definition in {files.name}: there is Python, which is neither read nor run."
    return DocumentError(what, f"Export it as yaml, bundle or project instead of python or notebook. {_HINT}")


def _read(files: SourceFiles, crews: list[tuple[str, _Reader]], flows: list[str]) -> list[FoundDefinition]:
    unreadable = Unreadable()
    found = _unlike([
        each for path, read in crews for each in unreadable.read(path, partial(read, files, path, _name(files, path)))
    ])  # fmt: skip
    names = {each.path: each.name for each in found}
    for path in flows:
        found += unreadable.read(path, partial(flow_of_file, files, path, _name(files, path), names))
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


def _beginnings(files: SourceFiles) -> tuple[list[tuple[str, _Reader]], list[str]]:
    """Each file that a crew begins with, and what reads it; and the files of flows."""
    paths = sorted(files.contents, key=lambda path: (path.count("/"), path))
    documents = [path for path in paths if path.endswith(_DOCUMENTS)]
    if len(paths) == 1:
        return _only(files, paths[0])
    crews = [path for path in documents if _is_json_crew(path)]
    classic = [path for path in documents if tasks_beside(files, path)]
    taken = set(_taken(files, [*crews, *classic]))
    rest = [path for path in documents if path not in taken]
    flows = [path for path in rest if is_flow(files.contents[path])]
    single = [path for path in rest if path not in flows and looks_like_a_crew(files.contents[path])]
    readers: list[tuple[list[str], _Reader]] = [(crews, crew_of_json), (classic, crew_of_yaml), (single, one_document)]
    return [(path, read) for some, read in readers for path in some], flows


def _only(files: SourceFiles, path: str) -> tuple[list[tuple[str, _Reader]], list[str]]:
    """The one file that there is, whatever it is called."""
    if path.endswith(_PYTHON):
        raise _python_alone(files)
    if path.endswith(_DOCUMENTS) and kind_of(read_document(files.text(path), source=path)) == "flow":
        return [], [path]
    return [(path, crew_of_json if _is_json_crew(path) else one_document)], []


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


def _is_json_crew(path: str) -> bool:
    return path.rpartition("/")[2] in _JSON_CREWS


def _taken(files: SourceFiles, beginnings: list[str]) -> Iterator[str]:
    """Files that belong to a definition which begins with another file."""
    for path in beginnings:
        yield path
        yield from files.within(join(folder_of(path), "agents"), ".jsonc", ".json")
        if tasks := tasks_beside(files, path):
            yield tasks


def _name(files: SourceFiles, path: str) -> str:
    """What a definition without a name is called: by its folder, or by its file."""
    pure = PurePosixPath(path)
    if pure.name not in (*_JSON_CREWS, *CLASSIC_AGENTS, *_FLOWS):
        return pure.stem
    folders = [part for part in pure.parts[:-1] if part not in ("config", "src")]
    own = PurePosixPath(files.name).name
    return folders[-1] if folders else own.removesuffix(".zip") or "imported"


def _knowledge(files: SourceFiles, found: list[FoundDefinition]) -> dict[str, bytes]:
    """The files that definitions look things up in, where crewAI's projects have them."""
    named = {path for each in found for crew in crew_documents(each.document) for path in files_of(crew)}
    return {path: data for path in sorted(named) if (data := files.contents.get(f"knowledge/{path}")) is not None}


def _unread(files: SourceFiles, found: list[FoundDefinition]) -> list[Note]:
    """Code of a project that is no part of a document, said so that nobody misses it."""
    read = {each.code for each in found}
    python = [path for path in sorted(files.contents) if path.endswith(".py") and path not in read]
    return [Note(path, _what_of_code(path, files.contents[path])) for path in python if files.contents[path].strip()]


def _what_of_code(path: str, data: bytes) -> str:
    if parsed(path, data.decode("utf-8", "replace")) is None:
        return "Python code with a mistake in it, or too much of it, so that nothing it says is taken over"
    if _FLOW_CLASS.search(data):
        return "a flow written in Python, which is neither read nor run"
    return "Python code, which is neither read nor run"
