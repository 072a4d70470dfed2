"""A crew in one file, as CrewLab writes it, and what tells the files of definitions from others."""

from __future__ import annotations

import re

from crewlab.definitions.interchange.asynchronous import from_crewai
from crewlab.definitions.interchange.code_notes import code_notes
from crewlab.definitions.interchange.found import FoundDefinition, understood
from crewlab.definitions.interchange.source_files import SourceFiles
from crewlab.definitions.notation.text import read_document
from crewlab.errors import DocumentError

_HALVES = ("agents.yaml", "agents.yml", "tasks.yaml", "tasks.yml")


def _key(name: bytes) -> re.Pattern[bytes]:
    """A field at the top of YAML or JSON; nothing more is known before the file is read."""
    return re.compile(rb"^[{ \t]{0,8}\"?" + name + rb"\"?[ \t]*:", re.MULTILINE)


_AGENTS, _TASKS, _METHODS = _key(b"agents"), _key(b"tasks"), _key(b"methods")
_FLOW_SCHEMA = re.compile(rb"^[{ \t]{0,8}\"?schema\"?[ \t]*:[ \t]*\"?'?crewai\.flow/", re.MULTILINE)


def looks_like_a_crew(data: bytes) -> bool:
    """Whether a file among others is probably one: it names agents and tasks."""
    return bool(_AGENTS.search(data) and _TASKS.search(data))


def is_flow(data: bytes) -> bool:
    """Whether a file says that it is a flow, or names the methods of one."""
    return bool(_FLOW_SCHEMA.search(data) or (_METHODS.search(data) and not looks_like_a_crew(data)))


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
