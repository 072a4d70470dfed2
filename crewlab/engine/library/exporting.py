"""Definitions taken away: with the tools, servers, models and files that they name, and never with a secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crewlab.definitions.flows.closure import Closure
from crewlab.definitions.flows.crews import crew_documents
from crewlab.definitions.flows.flow import parse_flow
from crewlab.definitions.flows.references import references_of
from crewlab.definitions.interchange.placing import with_references
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.knowledge import files_of
from crewlab.definitions.version import content_hash
from crewlab.errors import DocumentError

if TYPE_CHECKING:
    from crewlab.definitions.interchange.exporting import Exported, ExportFormat
    from crewlab.definitions.interchange.records import Records
    from crewlab.definitions.version import DefinitionVersion
    from crewlab.engine.library.catalogue import Catalogue
    from crewlab.store import Store


class Exporting:
    """Reads what one owner has."""

    def __init__(self, store: Store, catalogue: Catalogue, owner: str) -> None:
        self._definitions, self._catalogue, self._owner = store.definitions, catalogue, owner

    def export(self, name_or_id: str, form: ExportFormat, number: int | None) -> Exported:
        """Raises `DefinitionNotFoundError`, or `DocumentError` where a definition cannot have this format."""
        from crewlab.definitions.flows.lowering import lower
        from crewlab.definitions.interchange.exporting import FORMATS, export, export_bundle  # has the catalogue

        if form not in FORMATS:
            raise DocumentError(f"There is no format {str(form)[:40]!r}.", f"One of {', '.join(FORMATS)}.")
        version = self._catalogue.version(name_or_id, number)
        if form == "bundle":
            versions = self._with_all_it_uses(version)
            return export_bundle(versions, self._records(*(each.document for each in versions)))
        if version.kind != "flow" or form in ("yaml", "json"):
            return export(version.name, version.document, form, self._records(version.document))
        parse_flow(version.document)  # lowering takes what has the shape of a flow
        closure = Closure.resolve(version.document, self._find)
        used = [entry["document"] for entry in closure.definitions.values()]
        for document in used:
            if kind_of(document) == "flow":
                parse_flow(document)
        return export(version.name, version.document, form, self._records(version.document, *used), lower(closure))

    def _find(self, name: str, number: int | None) -> DefinitionVersion:
        return self._definitions.version(name, number, owner=self._owner)

    def _with_all_it_uses(self, version: DefinitionVersion) -> list[DefinitionVersion]:
        """The versions that a flow names, directly or not: each after those that it uses, and it last."""
        found: dict[tuple[str, int], DefinitionVersion] = {}
        heights: dict[tuple[str, int], int] = {}
        self._add(version, found, heights)
        order = sorted(found, key=lambda key: (heights[key], key[1]))
        return [found[key] for key in order]

    def _add(
        self,
        version: DefinitionVersion,
        found: dict[tuple[str, int], DefinitionVersion],
        heights: dict[tuple[str, int], int],
    ) -> int:
        """Put a version and what it uses into `found`, and return how far it is above the crews."""
        key = (version.definition_id, version.number)
        if key in found:
            return heights[key]
        found[key], heights[key] = version, 0  # also for what uses itself
        names: dict[str, str] = {}
        for reference in references_of(version.document):
            used = self._find(reference.name, reference.number)
            names[reference.name] = used.name  # a step may say a name that it had before
            heights[key] = max(heights[key], 1 + self._add(used, found, heights))
        if any(said != name for said, name in names.items()):
            document = with_references(version.document, names, {})
            changed = {"document": document, "content_hash": content_hash(document)}
            found[key] = version.model_copy(update=changed)
        return heights[key]

    def _records(self, *documents: Mapping[str, Any]) -> Records:
        from crewlab.definitions.interchange.records import Records

        named = {path for document in documents for crew in crew_documents(document) for path in files_of(crew)}
        library, knowledge = self._catalogue.tool_library, self._catalogue.knowledge
        return Records(
            tools={tool.name: tool for tool in library.tools()},
            servers={server.name: server for server in library.servers()},
            profiles=self._catalogue.profiles.profiles,
            knowledge={path: knowledge.read(path) for path in named if knowledge.file(path)},
        )
