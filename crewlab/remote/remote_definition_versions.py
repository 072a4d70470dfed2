"""The part of `lab.definitions` of the running app that is about versions and the order they are kept in."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from typing import Any

from crewlab.definitions.arguments import require_choice, texts_of, whole_number_of
from crewlab.definitions.diff.difference import Comparable, DefinitionDiff, compared
from crewlab.definitions.kinds import KINDS, Kind
from crewlab.definitions.names import new_name_of
from crewlab.definitions.plain import require_document
from crewlab.definitions.version import Collection, DefinitionSummary, DefinitionVersion
from crewlab.executions.execution import Execution
from crewlab.remote.connection import Connection
from crewlab.remote.records import records

Document = Mapping[str, Any]


class RemoteVersions:
    """Saving, and what can be done with what was saved."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def version(self, name_or_id: str, number: int | None = None) -> DefinitionVersion:
        """A version with its document, the latest by default. Raises `DefinitionNotFoundError`."""
        if number is not None:
            number = whole_number_of(number, "number")
        return DefinitionVersion.model_validate(self._connection.get("version", name_or_id, number=number))

    def versions(self, name_or_id: str) -> builtins.list[DefinitionVersion]:
        """All versions of a definition, newest first. Raises `DefinitionNotFoundError`."""
        return records(DefinitionVersion, self._connection.get("versions", name_or_id))

    def save(
        self,
        document: Document,
        *,
        definition_id: str | None = None,
        note: str = "",
        expected_number: int | None = None,
    ) -> DefinitionVersion:
        """Append a version; the same content as the latest appends none.

        Raises:
            DuplicateNameError: Another definition has this name.
            VersionConflictError: The latest version is no longer `expected_number`.
            DocumentError: It is no document that could be saved.
        """
        require_document(document)
        body = {"document": dict(document), "definition_id": definition_id, "note": note}
        saved = self._connection.post("definitions", body={**body, "expected_number": expected_number})
        return DefinitionVersion.model_validate(saved)

    def restore(self, name_or_id: str, number: int, *, note: str = "") -> DefinitionVersion:
        """Save the content of an earlier version as the next one. Raises `DefinitionNotFoundError`."""
        number = whole_number_of(number, "number")
        saved = self._connection.post("restore", name_or_id, body={"number": number, "note": note})
        return DefinitionVersion.model_validate(saved)

    def rename(self, name_or_id: str, new_name: str) -> DefinitionVersion:
        """Save the latest version under another name; the old one goes on leading to it.

        Raises:
            DefinitionNotFoundError: There is no such definition.
            DuplicateNameError: Another definition has this name.
        """
        body = {"name": new_name_of(new_name)}
        return DefinitionVersion.model_validate(self._connection.post("rename", name_or_id, body=body))

    def duplicate(self, name_or_id: str, new_name: str | None = None) -> DefinitionVersion:
        """Save the latest version as a new definition.

        Raises:
            DefinitionNotFoundError: There is no such definition.
            DuplicateNameError: Another definition has the new name.
        """
        return DefinitionVersion.model_validate(self._connection.post("duplicate", name_or_id, body={"name": new_name}))

    def diff(self, before: Comparable, after: Comparable | None = None) -> DefinitionDiff:
        """What is different between two versions such as `market-brief@1` (the latest without a number), or documents.

        Without `after`, the latest version of the same definition. Raises `DefinitionNotFoundError`.
        """
        return compared(before, after, self.version)

    def executions_of(self, name_or_id: str, number: int | None = None) -> builtins.list[Execution]:
        """All executions of exactly the content of a version, newest first. Raises `DefinitionNotFoundError`."""
        return records(Execution, self._connection.get("executions-of", name_or_id, number=number))


class RemoteOrder(RemoteVersions):
    """Lists, tags, collections, the archive, and which flow uses what."""

    def list(
        self,
        *,
        kind: Kind | None = None,
        tag: str | None = None,
        collection: str | None = None,
        archived: bool | None = False,
    ) -> builtins.list[DefinitionSummary]:
        """Definitions by name; with `archived=True` those in the archive alone, with `None` all."""
        require_choice(kind, "kind", KINDS)
        which = {False: "no", True: "only", None: "all"}[archived]
        found = self._connection.get("definitions", kind=kind, tag=tag, collection=collection, archived=which)
        return records(DefinitionSummary, found)

    def get(self, name_or_id: str) -> DefinitionSummary:
        """One definition. Raises `DefinitionNotFoundError`."""
        return DefinitionSummary.model_validate(self._connection.get("definitions", name_or_id))

    def parents(self, name_or_id: str) -> builtins.list[DefinitionSummary]:
        """The flows whose latest version uses it. Raises `DefinitionNotFoundError`."""
        names = self.get(name_or_id).parents
        return [summary for summary in self.list(archived=None) if summary.name in names]

    def children(self, name_or_id: str) -> builtins.list[DefinitionSummary]:
        """What the latest version of a flow uses. Raises `DefinitionNotFoundError`."""
        names = self.get(name_or_id).children
        return [summary for summary in self.list(archived=None) if summary.name in names]

    def archive(self, name_or_id: str) -> DefinitionSummary:
        """Take a definition out of `list()`. Raises `DefinitionNotFoundError`."""
        return DefinitionSummary.model_validate(self._connection.post("archive", name_or_id))

    def unarchive(self, name_or_id: str) -> DefinitionSummary:
        """Put a definition back into `list()`. Raises `DefinitionNotFoundError`."""
        return DefinitionSummary.model_validate(self._connection.post("unarchive", name_or_id))

    def tag(self, name_or_id: str, tags: Iterable[str]) -> DefinitionSummary:
        """Give a definition these tags and no others. Raises `DefinitionError`."""
        return self._labelled("tags", name_or_id, texts_of(tags, "tags"))

    def collect(self, name_or_id: str, collections: Iterable[str]) -> DefinitionSummary:
        """Put a definition into these collections and no others. Raises `DefinitionError`."""
        return self._labelled("collected", name_or_id, texts_of(collections, "collections"))

    def _labelled(self, what: str, name_or_id: str, labels: Iterable[str]) -> DefinitionSummary:
        return DefinitionSummary.model_validate(self._connection.put(what, name_or_id, body={"labels": [*labels]}))

    def collections(self) -> builtins.list[Collection]:
        """All collections by name, with the names of what is in them."""
        return records(Collection, self._connection.get("collections"))

    def save_collection(self, name: str, *, description: str = "", instead_of: str | None = None) -> Collection:
        """Make, rename or describe a collection. Raises `DefinitionError`."""
        body = {"description": description, "instead_of": instead_of}
        return Collection.model_validate(self._connection.put("collections", name, body=body))

    def delete_collection(self, name: str) -> None:
        """Remove a collection; the definitions in it stay. Raises `DefinitionError` when there is none."""
        self._connection.delete("collections", name)
