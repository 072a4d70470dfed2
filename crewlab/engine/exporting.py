"""Definitions taken away: with the tools, servers, models and files that they name, and never with a secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crewlab.definitions.knowledge import files_of

if TYPE_CHECKING:
    from crewlab.definitions.interchange.exporting import Exported, ExportFormat
    from crewlab.definitions.interchange.records import Records
    from crewlab.engine.catalogue import Catalogue
    from crewlab.store import Store


class Exporting:
    """Reads what one owner has."""

    def __init__(self, store: Store, catalogue: Catalogue, owner: str) -> None:
        self._definitions, self._catalogue, self._owner = store.definitions, catalogue, owner

    def export(self, name_or_id: str, form: ExportFormat, number: int | None) -> Exported:
        """Raises `DefinitionNotFoundError`, or `DocumentError` where a definition cannot have this format."""
        from crewlab.definitions.interchange.exporting import export  # brings the catalogue of tools

        version = self._definitions.version(name_or_id, number, owner=self._owner)
        return export(version.name, version.document, form, self._records(version.document))

    def _records(self, document: Mapping[str, Any]) -> Records:
        from crewlab.definitions.interchange.records import Records

        library, knowledge = self._catalogue.tool_library, self._catalogue.knowledge
        return Records(
            tools={tool.name: tool for tool in library.tools()},
            servers={server.name: server for server in library.servers()},
            profiles=self._catalogue.profiles.profiles,
            knowledge={path: knowledge.read(path) for path in files_of(document) if knowledge.file(path)},
        )
