"""The part of `lab.definitions` that keeps definitions in order."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from typing import TYPE_CHECKING

from crewlab.definitions.arguments import require_choice
from crewlab.definitions.kinds import KINDS
from crewlab.lab.definition_versions import DefinitionVersions

if TYPE_CHECKING:
    from crewlab.definitions.kinds import Kind
    from crewlab.definitions.version import Collection, DefinitionSummary


class DefinitionOrder(DefinitionVersions):
    """Lists, tags, collections, the archive, and which flow uses what. None of this makes a version."""

    def list(
        self,
        *,
        kind: Kind | None = None,
        tag: str | None = None,
        collection: str | None = None,
        archived: bool | None = False,
    ) -> builtins.list[DefinitionSummary]:
        """Definitions by name.

        Args:
            kind: `crew` or `flow`.
            tag: Those that have it.
            collection: Those in it.
            archived: `True` are those in the archive alone, `None` are all.

        Raises:
            ArgumentError: There is no such kind.
        """
        require_choice(kind, "kind", KINDS)
        return self._store.list(owner=self._owner, kind=kind, tag=tag, collection=collection, archived=archived)

    def get(self, name_or_id: str) -> DefinitionSummary:
        """One definition, by its name, its id or a name that it had. Raises `DefinitionNotFoundError`."""
        return self._store.get(name_or_id, owner=self._owner)

    def parents(self, name_or_id: str) -> builtins.list[DefinitionSummary]:
        """The flows whose latest version uses it. Raises `DefinitionNotFoundError`."""
        names = self.get(name_or_id).parents
        return [summary for summary in self.list(archived=None) if summary.name in names]

    def children(self, name_or_id: str) -> builtins.list[DefinitionSummary]:
        """What the latest version of a flow uses. Raises `DefinitionNotFoundError`."""
        names = self.get(name_or_id).children
        return [summary for summary in self.list(archived=None) if summary.name in names]

    def archive(self, name_or_id: str) -> DefinitionSummary:
        """Take a definition out of `list()`. It keeps its name, and whatever names it goes on running.

        Raises:
            DefinitionNotFoundError: There is no such definition.
        """
        return self._archive(name_or_id, is_archived=True)

    def unarchive(self, name_or_id: str) -> DefinitionSummary:
        """Put a definition back into `list()`. Raises `DefinitionNotFoundError`."""
        return self._archive(name_or_id, is_archived=False)

    def _archive(self, name_or_id: str, *, is_archived: bool) -> DefinitionSummary:
        definition_id = self.get(name_or_id).definition_id
        self._store.archive(definition_id, owner=self._owner, is_archived=is_archived)
        return self.get(definition_id)

    def tag(self, name_or_id: str, tags: Iterable[str]) -> DefinitionSummary:
        """Give a definition these tags and no others.

        Raises:
            DefinitionNotFoundError: There is no such definition.
            DefinitionError: A text cannot be a tag, or there are too many.
        """
        definition_id = self.get(name_or_id).definition_id
        self._store.tag(definition_id, tags, owner=self._owner)
        return self.get(definition_id)

    def collect(self, name_or_id: str, collections: Iterable[str]) -> DefinitionSummary:
        """Put a definition into these collections and no others; those that there are not are made.

        Raises:
            DefinitionNotFoundError: There is no such definition.
            DefinitionError: A text cannot be the name of a collection.
        """
        definition_id = self.get(name_or_id).definition_id
        self._store.collect(definition_id, collections, owner=self._owner)
        return self.get(definition_id)

    def collections(self) -> builtins.list[Collection]:
        """All collections by name, with the names of what is in them."""
        return self._store.collections(owner=self._owner)

    def save_collection(self, name: str, *, description: str = "", instead_of: str | None = None) -> Collection:
        """Make an empty collection, or rename and describe the one called `instead_of`; what is in it stays.

        Raises:
            DefinitionError: The name is taken or cannot be one, or there is no `instead_of`.
        """
        saved = self._store.save_collection(name, owner=self._owner, description=description, instead_of=instead_of)
        return next(one for one in self.collections() if one.name == saved)

    def delete_collection(self, name: str) -> None:
        """Remove a collection; the definitions in it stay. Raises `DefinitionError` when there is none."""
        self._store.delete_collection(name, owner=self._owner)
