"""Routes about the versions of definitions, and the order that they are kept in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from crewlab.api.operation import Call, Operation
from crewlab.api.queries import DefinitionsQuery, DeleteQuery, DiffQuery, VersionQuery
from crewlab.api.requests import (
    CollectionRequest,
    DuplicateRequest,
    LabelsRequest,
    RenameRequest,
    RestoreRequest,
    SaveRequest,
)
from crewlab.definitions.version import Collection, DefinitionSummary, DefinitionVersion
from crewlab.executions.execution import Execution

if TYPE_CHECKING:
    from crewlab.lab import Lab


def _list(lab: Lab, call: Call) -> list[DefinitionSummary]:
    return lab.definitions.list(**call.query.filters())


def _version(lab: Lab, call: Call) -> DefinitionVersion:
    return lab.definitions.version(call.path["name"], call.query.number)


def _executions_of(lab: Lab, call: Call) -> list[Execution]:
    return lab.definitions.executions_of(call.path["name"], call.query.number)


def _save(lab: Lab, call: Call) -> DefinitionVersion:
    asked: SaveRequest = call.body
    return lab.definitions.save(
        asked.document,
        definition_id=asked.definition_id,
        note=asked.note,
        expected_number=asked.expected_number,
    )


class Difference(BaseModel):
    """One change between two versions."""

    path: str
    kind: str
    before: Any
    after: Any
    told: str
    """As a person reads it, with prompts by word."""


def _diff(lab: Lab, call: Call) -> list[Difference]:
    found = lab.definitions.diff(call.path["before"], call.query.after)
    return [Difference(**one.change._asdict(), told=str(one)) for one in found.told]


def _delete(lab: Lab, call: Call) -> None:
    lab.definitions.delete(call.path["name"], even_if_used=call.query.even_if_used)


def _restore(lab: Lab, call: Call) -> DefinitionVersion:
    asked: RestoreRequest = call.body
    return lab.definitions.restore(call.path["name"], asked.number, note=asked.note)


def _save_collection(lab: Lab, call: Call) -> Collection:
    asked: CollectionRequest = call.body
    name = call.path["name"]
    return lab.definitions.save_collection(name, description=asked.description, instead_of=asked.instead_of)


SAVED = (
    Operation("POST", "/definitions", "Append a version", _save, DefinitionVersion, body=SaveRequest),
    Operation(
        "DELETE",
        "/definitions/{name:path}",
        "Remove a definition and its versions",
        _delete,
        query=DeleteQuery,
    ),
    Operation(
        "GET",
        "/versions/{name:path}",
        "All versions of a definition",
        lambda lab, call: lab.definitions.versions(call.path["name"]),
        list[DefinitionVersion],
    ),
    Operation(
        "GET", "/version/{name:path}", "A version with its document", _version, DefinitionVersion, query=VersionQuery
    ),
    Operation(
        "GET",
        "/executions-of/{name:path}",
        "All executions of exactly the content of a version",
        _executions_of,
        list[Execution],
        query=VersionQuery,
    ),
    Operation("GET", "/diff/{before:path}", "What changed since a version", _diff, list[Difference], query=DiffQuery),
    Operation(
        "POST",
        "/restore/{name:path}",
        "Save an earlier version as the next one",
        _restore,
        DefinitionVersion,
        body=RestoreRequest,
    ),
    Operation(
        "POST",
        "/rename/{name:path}",
        "Save the latest version under another name",
        lambda lab, call: lab.definitions.rename(call.path["name"], call.body.name),
        DefinitionVersion,
        body=RenameRequest,
    ),
    Operation(
        "POST",
        "/duplicate/{name:path}",
        "Save the latest version as a new definition",
        lambda lab, call: lab.definitions.duplicate(call.path["name"], call.body.name),
        DefinitionVersion,
        body=DuplicateRequest,
    ),
)

ORDERED = (
    Operation("GET", "/definitions", "Those in use, or others", _list, list[DefinitionSummary], query=DefinitionsQuery),
    Operation(
        "GET",
        "/definitions/{name:path}",
        "One definition, by name or id",
        lambda lab, call: lab.definitions.get(call.path["name"]),
        DefinitionSummary,
    ),
    Operation(
        "POST",
        "/archive/{name:path}",
        "Take a definition out of the list",
        lambda lab, call: lab.definitions.archive(call.path["name"]),
        DefinitionSummary,
    ),
    Operation(
        "POST",
        "/unarchive/{name:path}",
        "Put a definition back into the list",
        lambda lab, call: lab.definitions.unarchive(call.path["name"]),
        DefinitionSummary,
    ),
    Operation(
        "PUT",
        "/tags/{name:path}",
        "Give a definition these tags and no others",
        lambda lab, call: lab.definitions.tag(call.path["name"], call.body.labels),
        DefinitionSummary,
        body=LabelsRequest,
    ),
    Operation(
        "PUT",
        "/collected/{name:path}",
        "Put a definition into these collections and no others",
        lambda lab, call: lab.definitions.collect(call.path["name"], call.body.labels),
        DefinitionSummary,
        body=LabelsRequest,
    ),
    Operation(
        "GET", "/collections", "All collections", lambda lab, call: lab.definitions.collections(), list[Collection]
    ),
    Operation(
        "PUT",
        "/collections/{name:path}",
        "Make, rename or describe a collection",
        _save_collection,
        Collection,
        body=CollectionRequest,
    ),
    Operation(
        "DELETE",
        "/collections/{name:path}",
        "Remove a collection; what is in it stays",
        lambda lab, call: lab.definitions.delete_collection(call.path["name"]),
    ),
)

OPERATIONS = (*SAVED, *ORDERED)
