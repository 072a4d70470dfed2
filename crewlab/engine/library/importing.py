"""Definitions that come from elsewhere: looked at first, then stored all or not at all, and nothing of them is run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from crewlab.definitions.interchange.placing import (
    Existing,
    Imported,
    ImportPreview,
    PlacedDefinition,
    PlacedRecord,
    There,
    place,
    place_records,
    place_servers,
    with_references,
)
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.interchange.sent_secrets import without_sent_secrets
from crewlab.definitions.interchange.together import as_if_stored
from crewlab.definitions.interchange.understanding import understand
from crewlab.definitions.library.mcp_servers import server_snapshot
from crewlab.definitions.library.model_profile_file import profile_of
from crewlab.definitions.library.tool_records import snapshot, spec_of
from crewlab.definitions.version import DefinitionVersion, content_hash
from crewlab.engine.library.tools import Resolved
from crewlab.errors import CrewLabError, DefinitionNotFoundError, DocumentError, DuplicateNameError

if TYPE_CHECKING:
    from crewlab.definitions.interchange.found import Understood
    from crewlab.definitions.interchange.source_files import SourceFiles
    from crewlab.engine.library.catalogue import Catalogue
    from crewlab.engine.library.profiles import Profiles
    from crewlab.store import Store


class Importing:
    """Puts what others made into what one owner has."""

    def __init__(self, store: Store, catalogue: Catalogue, profiles: Profiles, owner: str) -> None:
        self._definitions, self._catalogue, self._profiles, self._owner = store.definitions, catalogue, profiles, owner

    def preview(self, files: SourceFiles, existing: Existing, accept: Collection[str]) -> ImportPreview:
        """What an import of these files would do. Raises `DocumentError`."""
        return self._preview(understand(files), existing, accept)

    def run(self, files: SourceFiles, existing: Existing, accept: Collection[str]) -> Imported:
        """Store what was understood.

        Raises:
            DocumentError: A definition cannot be read.
            DuplicateNameError: A name is taken, and `existing` is `refuse`; nothing is stored.
            DefinitionError: The value of a known secret is written in a definition; nothing is stored.
        """
        understood = understand(files)
        preview = self._preview(understood, existing, accept)
        for placed in preview.definitions:
            if placed.outcome == "taken":
                raise self._refused(placed)
            self._catalogue.require_storable(placed.found.document)
        records = self._store_records(understood.records, preview.records)
        agreed = [record.name for record in records if record.kind == "server" and record.outcome == "new"]
        versions = self._store_definitions(preview, agreed)
        return Imported(versions=tuple(versions), preview=preview.model_copy(update={"records": tuple(records)}))

    def _preview(self, understood: Understood, existing: Existing, accept: Collection[str]) -> ImportPreview:
        taken = [summary.name for summary in self._definitions.list(owner=self._owner, archived=None)]
        placed = place(understood, self._there, taken, existing)
        records = place_records(understood.records, self._records(understood.records), accept)
        records += place_servers(placed, accept)
        kept, coming = _usable(understood.records, records), frozenset(understood.records.knowledge)
        documents = [as_if_stored(found, understood.definitions) for found in understood.definitions]
        problems = [tuple(self._catalogue.check(document, kept=kept, coming=coming)) for document in documents]
        checked = [each.model_copy(update={"problems": found}) for each, found in zip(placed, problems, strict=True)]
        return ImportPreview(
            source=understood.source,
            definitions=tuple(checked),
            records=tuple(records),
            left_out=understood.left_out,
        )

    def _there(self, name: str) -> There | None:
        try:
            versions = self._definitions.versions(name, owner=self._owner)
        except DefinitionNotFoundError:
            return None
        numbers = {version.content_hash: version.number for version in versions}
        return There(kind="flow" if versions[0].kind == "flow" else "crew", numbers=numbers)

    def _records(self, brought: Records) -> Records:
        library, knowledge = self._catalogue.tool_library, self._catalogue.knowledge
        return Records(
            tools={tool.name: tool for tool in library.tools()},
            servers={server.name: server for server in library.servers()},
            profiles=self._profiles.by_name,
            knowledge={path: knowledge.read(path) for path in brought.knowledge if knowledge.file(path)},
        )

    def _refused(self, placed: PlacedDefinition) -> CrewLabError:
        there = self._there(placed.name)
        if there is not None and there.kind != placed.found.kind:
            what = f"There is already a {there.kind} named {placed.name!r}, and this is a {placed.found.kind}."
            return DocumentError(what, "Import it under another name.")
        hint = "Pass existing='update' to store it as the next version, or existing='rename' for another name."
        return DuplicateNameError(placed.name, hint=hint)

    def _store_definitions(self, preview: ImportPreview, agreed: Collection[str]) -> list[DefinitionVersion]:
        names = {placed.found.name: placed.name for placed in preview.definitions}
        numbers: dict[tuple[str, int], int] = {}
        saved = []
        for placed in preview.definitions:
            version = self._save(preview.source, placed, names, numbers, agreed)
            saved.append(version)
            if placed.found.number is not None:
                numbers[placed.found.name, placed.found.number] = version.number
        return saved

    def _save(
        self,
        source: str,
        placed: PlacedDefinition,
        names: Mapping[str, str],
        numbers: Mapping[tuple[str, int], int],
        agreed: Collection[str],
    ) -> DefinitionVersion:
        found = placed.found
        document: dict[str, Any] = {**found.document, "name": placed.name}
        if found.kind == "flow":
            document = with_references(document, names, numbers)
        harmless = without_sent_secrets(document, agreed)
        there = None if placed.outcome == "renamed" else self._same(placed.name, document, harmless)
        if there is not None:
            return there
        if placed.outcome == "same":  # somebody has deleted it since
            raise DefinitionNotFoundError(placed.name)
        origin = source if found.path == source else f"{source}/{found.path}"
        note = "\n".join([f"imported from {origin}", *map(str, found.notes)])
        return self._catalogue.save(harmless, self._id(placed.name), note)

    def _same(self, name: str, *documents: Mapping[str, Any]) -> DefinitionVersion | None:
        """The version that has the content of one of these documents already."""
        try:
            versions = self._definitions.versions(name, owner=self._owner)
        except DefinitionNotFoundError:
            return None
        hashes = set(map(content_hash, documents))
        return next((version for version in versions if version.content_hash in hashes), None)

    def _id(self, name: str) -> str | None:
        try:
            return self._definitions.get(name, owner=self._owner).definition_id
        except DefinitionNotFoundError:
            return None

    def _store_records(self, brought: Records, placed: Collection[PlacedRecord]) -> list[PlacedRecord]:
        """Keep what is new; what cannot be kept is left out with the reason, and the definitions still come."""
        answers = []
        for record in placed:
            if record.outcome == "new" and record.kind != "server":
                try:
                    self._store_record(brought, record)
                except CrewLabError as error:
                    record = record.model_copy(update={"outcome": "kept", "what": f"left out: {error.message}"})
            answers.append(record)
        return answers

    def _store_record(self, brought: Records, record: PlacedRecord) -> None:
        library = self._catalogue.tool_library
        if record.kind == "tool":
            tool = brought.tools[record.name]
            agreed = bool(record.what) and spec_of(tool.type).needs_confirmation
            library.save_tool(tool.model_copy(update={"accepts_risks": agreed}))
        elif record.kind == "MCP server":
            library.save_server(brought.servers[record.name].model_copy(update={"offers": ()}))
        elif record.kind == "model profile":
            self._profiles.save(profile_of(**brought.profiles[record.name].model_dump()), None)
        else:
            self._catalogue.require_no_secret_in_file(record.name, brought.knowledge[record.name])
            self._catalogue.knowledge.add(record.name, brought.knowledge[record.name])


def _usable(brought: Records, placed: Collection[PlacedRecord]) -> Resolved:
    """The tools and servers that the definitions would find, were this imported."""
    new = {(record.kind, record.name) for record in placed if record.outcome == "new"}
    tools = {name: snapshot(record) for name, record in brought.tools.items() if ("tool", name) in new}
    servers = {name: server_snapshot(one) for name, one in brought.servers.items() if ("MCP server", name) in new}
    return Resolved(tools, servers)
