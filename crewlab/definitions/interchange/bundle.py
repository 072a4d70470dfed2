"""CrewLab's own bundle: definitions with all that they name, in one zip, and no secret in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from crewlab.definitions.flows.crews import crew_documents
from crewlab.definitions.interchange.files_named import notes_on_files
from crewlab.definitions.interchange.found import FoundDefinition, understood
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.project_files import slug
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.interchange.source_files import SourceFiles
from crewlab.definitions.kinds import Kind
from crewlab.definitions.knowledge import files_of
from crewlab.definitions.library.mcp_servers import McpServer, server_snapshot
from crewlab.definitions.library.model_profiles import ModelProfile
from crewlab.definitions.library.tool_names import server_of
from crewlab.definitions.library.tool_records import ToolRecord, snapshot
from crewlab.definitions.notation.text import read_data, read_document, write_document
from crewlab.definitions.version import DefinitionVersion, content_hash
from crewlab.errors import DocumentError
from crewlab.secrets.references import names_in

MANIFEST = "crewlab-bundle.json"
FORMAT = "crewlab.bundle/1"
_NAMING = ("tools", "mcps", "ref")


class _Entry(BaseModel):
    """One definition of a bundle."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str
    number: int
    path: str
    kind: Kind = "crew"
    content_hash: str = ""


class _Manifest(BaseModel):
    """What is in a bundle."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    format: Literal["crewlab.bundle/1"]
    definitions: tuple[_Entry, ...]
    tools: tuple[ToolRecord, ...] = ()
    mcp_servers: tuple[McpServer, ...] = ()
    model_profiles: tuple[ModelProfile, ...] = ()
    knowledge: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bundle:
    """What a bundle holds: definitions, those that others use first, and the records that they name."""

    definitions: tuple[FoundDefinition, ...]
    records: Records


def write_bundle(versions: Sequence[DefinitionVersion], records: Records) -> tuple[dict[str, bytes], list[Note]]:
    """The files of a bundle of these versions and of the records that they name, and what is not in it."""
    documents = [version.document for version in versions]
    named = set(_names(documents))
    tools = [record for name, record in records.tools.items() if name in named]
    servers = [server for name, server in records.servers.items() if name in set(map(server_of, named))]
    profiles = [profile for name, profile in records.profiles.items() if name in named]
    paths = sorted({path for document in documents for path in _knowledge(document)} & set(records.knowledge))
    entries = [
        {**version.model_dump(include={"kind", "name", "number", "content_hash"}), "path": _path(number, version)}
        for number, version in enumerate(versions)
    ]
    manifest = {
        "format": FORMAT,
        "definitions": entries,
        "tools": [snapshot(record) for record in tools],
        "mcp_servers": [server_snapshot(server) for server in servers],
        "model_profiles": [profile.model_dump(mode="json", exclude_defaults=True) for profile in profiles],
        "knowledge": paths,
    }
    files = {_path(number, version): _yaml(version.document) for number, version in enumerate(versions)}
    files |= {f"knowledge/{path}": records.knowledge[path] for path in paths}
    files[MANIFEST] = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")
    crews = [crew for document in documents for crew in crew_documents(document)]
    left = [note for crew in crews for note in notes_on_files(crew, "not in the bundle: take {path} along")]
    return files, [*_not_in_it(tools, servers, profiles), *dict.fromkeys(left)]


def _knowledge(document: Mapping[str, Any]) -> Iterator[str]:
    for crew in crew_documents(document):
        yield from files_of(crew)


def read_bundle(files: SourceFiles) -> Bundle:
    """What is in a bundle.

    Raises:
        DocumentError: It is none, a file of it is missing, or something in it is not what it says.
    """
    manifest = _manifest(files)
    records = Records(
        tools={record.name: record for record in manifest.tools},
        servers={server.name: server for server in manifest.mcp_servers},
        profiles={profile.name: profile for profile in manifest.model_profiles},
        knowledge={path: _file(files, f"knowledge/{path}") for path in manifest.knowledge},
    )
    return Bundle(tuple(_definition(files, entry) for entry in manifest.definitions), records)


def _manifest(files: SourceFiles) -> _Manifest:
    try:
        return _Manifest.model_validate(read_data(files.text(MANIFEST), source=MANIFEST))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or MANIFEST
        raise DocumentError(f"{MANIFEST}, {where}: {first['msg']}.", "Export the bundle again.") from error


def _definition(files: SourceFiles, entry: _Entry) -> FoundDefinition:
    document = read_document(_text(files, entry.path), source=entry.path)
    changed = entry.content_hash not in ("", content_hash(document))
    note = Note(entry.name, "its content is not what it was when it was exported")
    return FoundDefinition(
        kind=entry.kind,
        name=entry.name,
        number=entry.number,
        path=entry.path,
        document=document,
        understood=understood(document, {}, entry.path),
        notes=(note,) if changed else (),
    )


def _text(files: SourceFiles, path: str) -> str:
    _file(files, path)
    return files.text(path)


def _file(files: SourceFiles, path: str) -> bytes:
    if path not in files.contents:
        raise DocumentError(f"The bundle names {path[:120]!r}, which is not in it.", "Export the bundle again.")
    return files.contents[path]


def _path(number: int, version: DefinitionVersion) -> str:
    return f"definitions/{number + 1:02d}-{slug(version.name)}-v{version.number}.yaml"


def _yaml(document: Mapping[str, Any]) -> bytes:
    return write_document(document).encode("utf-8", "replace")


def _names(value: Any, field: str = "") -> Iterator[str]:
    """Every text that stands where a tool, a server or a model is named."""
    if isinstance(value, str):
        if field in _NAMING or field == "model" or field.endswith("llm"):
            yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _names(item, str(key))
    elif isinstance(value, list):
        for item in value:
            yield from _names(item, field)


def _not_in_it(
    tools: Iterable[ToolRecord], servers: Iterable[McpServer], profiles: Iterable[ModelProfile]
) -> Iterator[Note]:
    named = {record.name: record.model_dump(mode="json") for record in tools}
    named |= {server.name: server.model_dump(mode="json") for server in servers}
    named |= {profile.name: profile.model_dump(mode="json") for profile in profiles}
    for where, record in named.items():
        for name in dict.fromkeys(names_in(record)):
            yield Note(where, f"the secret {name} is not in the bundle, only its name")
