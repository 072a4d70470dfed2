"""A definition in one file, as CrewLab and crewAI's flows write it."""

from __future__ import annotations

import re

from crewlab.definitions.documents import read_document
from crewlab.definitions.interchange.asynchronous import from_crewai
from crewlab.definitions.interchange.code_notes import code_notes
from crewlab.definitions.interchange.found import FoundDefinition, understood
from crewlab.definitions.interchange.source_files import SourceFiles
from crewlab.errors import DocumentError

_AGENTS = re.compile(rb"^[\s{]*\"?agents\"?\s*:", re.MULTILINE)
_TASKS = re.compile(rb"^[\s{,]*\"?tasks\"?\s*:", re.MULTILINE)
_HALVES = ("agents.yaml", "agents.yml", "tasks.yaml", "tasks.yml")


def looks_like_a_definition(data: bytes) -> bool:
    """Whether a file among others is probably one: it names agents and tasks."""
    return bool(_AGENTS.search(data) and _TASKS.search(data))


def one_document(files: SourceFiles, path: str, default_name: str) -> FoundDefinition:
    """The crew in one YAML or JSON file.

    Raises:
        DocumentError: It cannot be read, or is only half of a classic project.
    """
    if path.rpartition("/")[2] in _HALVES:
        raise DocumentError(f"{path} is one half of a crew.", "Import the folder with agents.yaml and tasks.yaml.")
    document, notes = from_crewai({"name": default_name, **read_document(files.text(path), source=path)})
    return FoundDefinition(
        name=str(document["name"]),
        path=path,
        document=document,
        understood=understood(document, {}, path),
        notes=(*notes, *code_notes(document)),
    )
