"""What an import would do to what there is: what each thing will be called, and what stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from crewlab.definitions.editing import free_name
from crewlab.definitions.flows.references import with_actions
from crewlab.definitions.interchange.consent import asks_of_profile, asks_of_server, asks_of_tool
from crewlab.definitions.interchange.found import FoundDefinition, Understood
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.interchange.sent_secrets import secrets_sent, without_sent_secrets
from crewlab.definitions.kinds import Kind
from crewlab.definitions.library.record_file import LibraryRecord
from crewlab.definitions.problem import Problem
from crewlab.definitions.version import DefinitionVersion, content_hash

Existing = Literal["refuse", "rename", "update"]
"""What becomes of a definition whose name is taken: nothing is imported, it gets another name, or a version."""
Outcome = Literal["new", "same", "next version", "renamed", "taken"]
RecordKind = Literal["tool", "MCP server", "model profile", "knowledge file", "server"]
"""A `server` is one that a definition itself gives a secret to."""
_DEEPEST = 16


class PlacedDefinition(BaseModel):
    """A definition of an import."""

    model_config = ConfigDict(frozen=True)

    found: FoundDefinition
    name: str
    """What it will be called here."""
    outcome: Outcome
    problems: tuple[Problem, ...] = ()
    """What would keep it from running here, and warnings."""


class PlacedRecord(BaseModel):
    """A record of an import, or a file of knowledge."""

    model_config = ConfigDict(frozen=True)

    kind: RecordKind
    name: str
    outcome: Literal["new", "same", "kept", "asks"]
    """`kept` is that of this lab, which differs; `asks` is left out until somebody agrees."""
    what: str = ""
    """What differs, or what has to be agreed to."""


class ImportPreview(BaseModel):
    """What an import found and would do. Nothing is stored yet."""

    model_config = ConfigDict(frozen=True)

    source: str
    definitions: tuple[PlacedDefinition, ...]
    records: tuple[PlacedRecord, ...] = ()
    left_out: tuple[Note, ...] = ()
    """Files that are no part of what was understood, and why."""


class Imported(BaseModel):
    """What an import has stored."""

    model_config = ConfigDict(frozen=True)

    versions: tuple[DefinitionVersion, ...]
    """One for each definition, in the order of the preview; the one that was there where the content is the same."""
    preview: ImportPreview


class There(BaseModel):
    """A definition that is there already."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    numbers: dict[str, int]
    """Of all its versions, by the hash of their content."""


Find = Callable[[str], There | None]


def place(understood: Understood, find: Find, taken: Collection[str], existing: Existing) -> list[PlacedDefinition]:
    """Where each definition goes; `taken` are all names that there are, `find` tells what one of them is."""
    placing = _Placing(find, {*taken, *(found.name for found in understood.definitions)}, existing)
    return [placing.placed(found) for found in understood.definitions]


class _Placing:
    """One import: what was placed before decides what the flows that use it say."""

    def __init__(self, find: Find, used: set[str], existing: Existing) -> None:
        self._find, self._used, self._existing = find, used, existing
        self._earlier: dict[str, PlacedDefinition] = {}
        self._names: dict[str, str] = {}
        self._numbers: dict[tuple[str, int], int] = {}

    def placed(self, found: FoundDefinition) -> PlacedDefinition:
        earlier = self._earlier.get(found.name)  # another version of the same definition
        if earlier is None or earlier.outcome not in ("new", "renamed"):
            name, outcome = self._outcome(found)
            placed = PlacedDefinition(found=found, name=name, outcome=outcome)
        else:
            placed = earlier.model_copy(update={"found": found})
        self._earlier[found.name] = placed
        self._names[found.name] = placed.name
        self._used.add(placed.name)
        return placed

    def _outcome(self, found: FoundDefinition) -> tuple[str, Outcome]:
        there = self._find(found.name)
        if there is None:
            self._count(found, None)
            return found.name, "new"
        number = self._number(found, there)
        self._count(found, number)
        if number is not None:
            return found.name, "same"
        if self._existing == "rename":
            return free_name(self._used, found.name), "renamed"
        may_follow = self._existing == "update" and there.kind == found.kind
        return found.name, "next version" if may_follow else "taken"

    def _number(self, found: FoundDefinition, there: There) -> int | None:
        """The version that says the same here already, once the names and numbers of what it uses are those here."""
        document = found.document
        if found.kind == "flow":
            document = with_references(document, self._names, self._numbers)
        hashes = (content_hash(document), content_hash(without_sent_secrets(document, ())))
        numbers = [there.numbers[each] for each in hashes if each in there.numbers and there.kind == found.kind]
        return numbers[0] if numbers else None

    def _count(self, found: FoundDefinition, number: int | None) -> None:
        """What a version is called here; one that is not there yet has a number that no step can name."""
        if found.number is not None:
            self._numbers[found.name, found.number] = 0 if number is None else number


def with_references(
    document: Mapping[str, Any], names: Mapping[str, str], numbers: Mapping[tuple[str, int], int], depth: int = 0
) -> dict[str, Any]:
    """A flow whose steps name what was imported with it as it is called, and numbered, here."""

    def changed(action: Mapping[str, Any]) -> dict[str, Any]:
        found = dict(action)
        name, number, inline = action.get("definition"), action.get("version"), action.get("with")
        if isinstance(name, str) and name in names:
            found["definition"] = names[name]
            if isinstance(number, int) and (name, number) in numbers:
                found["version"] = numbers[name, number]
        if action.get("call") == "flow" and isinstance(inline, Mapping) and depth < _DEEPEST:
            found["with"] = with_references(inline, names, numbers, depth + 1)
        return found

    return with_actions(document, changed)


def place_records(brought: Records, there: Records, accepted: Collection[str]) -> list[PlacedRecord]:
    """What becomes of each record; what is here stays as it is."""
    tools = [
        _record("tool", _unagreed(tool), _unagreed(there.tools.get(tool.name)), asks_of_tool(tool))
        for tool in brought.tools.values()
    ]
    servers = [
        _record("MCP server", server.model_copy(update={"offers": ()}), _plain(there.servers.get(server.name)),
                asks_of_server(server))
        for server in brought.servers.values()
    ]  # fmt: skip
    profiles = [
        _placed("model profile", profile.name, profile, there.profiles.get(profile.name), asks_of_profile(profile))
        for profile in brought.profiles.values()
    ]
    files = [
        _placed("knowledge file", path, data, there.knowledge.get(path), "") for path, data in brought.knowledge.items()
    ]
    placed = [*tools, *servers, *profiles, *files]
    return [
        each.model_copy(update={"outcome": "new"}) if each.outcome == "asks" and each.name in accepted else each
        for each in placed
    ]


def place_servers(placed: Collection[PlacedDefinition], accepted: Collection[str]) -> list[PlacedRecord]:
    """The servers that definitions would give secrets to; what is here already is not asked about again."""
    sent: dict[str, dict[str, None]] = {}
    for each in placed:
        for host, names in secrets_sent(each.found.document).items() if each.outcome != "same" else ():
            sent.setdefault(host, {}).update(dict.fromkeys(names))
    return [
        PlacedRecord(
            kind="server",
            name=host,
            outcome="new" if host in accepted else "asks",
            what=f"would be given the secret {', '.join(names)} by a model of a definition",
        )
        for host, names in sent.items()
    ]


def _unagreed(tool: Any) -> Any:
    """Without what a person agreed to: that is never brought along."""
    return None if tool is None else tool.model_copy(update={"accepts_risks": False})


def _plain(server: Any) -> Any:
    return None if server is None else server.model_copy(update={"offers": ()})


def _record(kind: RecordKind, record: LibraryRecord, there: LibraryRecord | None, asks: str) -> PlacedRecord:
    """Whose a record is makes no difference."""
    own = None if there is None else there.model_copy(update={"owner": record.owner})
    return _placed(kind, record.name, record, own, asks)


def _placed(kind: RecordKind, name: str, brought: object, there: object, asks: str) -> PlacedRecord:
    if there is None:
        return PlacedRecord(kind=kind, name=name, outcome="asks" if asks else "new", what=asks)
    if there == brought:
        return PlacedRecord(kind=kind, name=name, outcome="same")
    return PlacedRecord(
        kind=kind, name=name, outcome="kept", what="there is another one of this name here, which stays"
    )
