"""Finds the definitions in files, whichever of the known shapes they have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from crewlab.definitions.interchange.classic import CLASSIC_AGENTS, crew_of_yaml, tasks_beside
from crewlab.definitions.interchange.crew_json import crew_of_json
from crewlab.definitions.interchange.found import FoundDefinition, Understood
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.single import looks_like_a_definition, one_document
from crewlab.definitions.interchange.source_files import SourceFiles, folder_of, join
from crewlab.definitions.knowledge import files_of
from crewlab.errors import DocumentError

MAX_DEFINITIONS = 100
_JSON_CREWS = ("crew.jsonc", "crew.json")
_DOCUMENTS = (".yaml", ".yml", ".json", ".jsonc")
_FLOW_CLASS = re.compile(rb"^class \w+\((?:\w+\.)?Flow\b", re.MULTILINE)
_HINT = (
    "CrewLab reads a crew as YAML or JSON, and the folder or zip of a project with crew.jsonc, "
    "or with config/agents.yaml and config/tasks.yaml."
)
_Read = Callable[[SourceFiles, str, str], FoundDefinition]


def understand(files: SourceFiles) -> Understood:
    """What there is in some files. Nothing is stored, no code is run, and only these files are looked at.

    Raises:
        DocumentError: A definition cannot be read, or there is none.
    """
    beginnings = _beginnings(files)
    if len(beginnings) > MAX_DEFINITIONS:
        raise DocumentError(f"{files.name} has more than {MAX_DEFINITIONS} definitions.", "Import it in parts.")
    if not beginnings:
        raise DocumentError(f"There is no definition in {files.name}.", _HINT)
    found = tuple(read(files, path, _name(files, path)) for path, read in beginnings)
    return Understood(source=files.name, definitions=found, left_out=(*files.left_out, *_unread(files, found)))


def _beginnings(files: SourceFiles) -> list[tuple[str, _Read]]:
    """Each file that a definition begins with, and what reads it."""
    if len(files.contents) == 1:
        return [(path, crew_of_json if _is_json_crew(path) else one_document) for path in files.contents]
    paths = sorted(files.contents, key=lambda path: (path.count("/"), path))
    crews = [path for path in paths if _is_json_crew(path)]
    classic = [path for path in paths if tasks_beside(files, path)]
    taken = set(_taken(files, [*crews, *classic]))
    rest = [path for path in paths if path not in taken and _is_one(files, path)]
    return [
        *((path, crew_of_json) for path in crews),
        *((path, crew_of_yaml) for path in classic),
        *((path, one_document) for path in rest),
    ]


def _is_json_crew(path: str) -> bool:
    return path.rpartition("/")[2] in _JSON_CREWS


def _is_one(files: SourceFiles, path: str) -> bool:
    return path.endswith(_DOCUMENTS) and looks_like_a_definition(files.contents[path])


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
    if pure.name not in (*_JSON_CREWS, *CLASSIC_AGENTS):
        return pure.stem
    folders = [part for part in pure.parts[:-1] if part not in ("config", "src")]
    own = PurePosixPath(files.name).name
    return folders[-1] if folders else own.removesuffix(".zip") or "imported"


def _unread(files: SourceFiles, found: tuple[FoundDefinition, ...]) -> list[Note]:
    """Code and files of a project that are no part of a document, said so that nobody misses them."""
    read = {each.code for each in found}
    python = [path for path in sorted(files.contents) if path.endswith(".py") and path not in read]
    knowledge = sorted({f"knowledge/{path}" for each in found for path in files_of(each.document)})
    return [
        *(Note(path, _what_of_code(files.contents[path])) for path in python if files.contents[path].strip()),
        *(
            Note(path, "named as knowledge, and not stored: upload it under Library > Knowledge")
            for path in knowledge
            if path in files.contents
        ),
    ]


def _what_of_code(data: bytes) -> str:
    if _FLOW_CLASS.search(data):
        return "a flow written in Python, which is neither read nor run"
    return "Python code, which is neither read nor run"
