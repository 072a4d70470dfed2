"""The part of `lab.definitions` that is about versions."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crewlab.definitions.arguments import whole_number_of
from crewlab.definitions.diff.difference import compared
from crewlab.definitions.editing import free_name
from crewlab.definitions.names import new_name_of
from crewlab.engine.library.exporting import Exporting
from crewlab.engine.library.importing import Importing
from crewlab.errors import DuplicateNameError

if TYPE_CHECKING:
    from crewlab.definitions.diff.difference import Comparable, DefinitionDiff
    from crewlab.definitions.version import DefinitionVersion
    from crewlab.engine.engine import Engine
    from crewlab.engine.library.catalogue import Catalogue
    from crewlab.engine.library.profiles import Profiles
    from crewlab.executions.execution import Execution
    from crewlab.store import Store

Document = Mapping[str, Any]


class DefinitionVersions:
    """Saving, and what can be done with what was saved. A version never changes."""

    def __init__(self, store: Store, catalogue: Catalogue, engine: Engine, profiles: Profiles, owner: str) -> None:
        self._store, self._executions, self._catalogue = store.definitions, store.executions, catalogue
        self._engine, self._owner = engine, owner
        self._exporting = Exporting(store, catalogue, owner)
        self._importing = Importing(store, catalogue, profiles, owner)

    def version(self, name_or_id: str, number: int | None = None) -> DefinitionVersion:
        """A version with its document, the latest by default; `market-brief@2` names one, too.

        Raises:
            DefinitionNotFoundError: There is no such definition, or no such version of it.
            ArgumentError: The number is none.
        """
        return self._catalogue.version(name_or_id, number)

    def versions(self, name_or_id: str) -> builtins.list[DefinitionVersion]:
        """All versions of a definition, newest first. Raises `DefinitionNotFoundError`."""
        return self._store.versions(name_or_id, owner=self._owner)

    def save(
        self,
        document: Document,
        *,
        definition_id: str | None = None,
        note: str = "",
        expected_number: int | None = None,
    ) -> DefinitionVersion:
        """Append a version; the same content as the latest appends none. Problems do not prevent saving.

        Raises:
            DuplicateNameError: Another definition has this name.
            VersionConflictError: The latest version is no longer `expected_number`.
            DocumentError: The document has no name or is nested too deep, or it is a flow and the definition a crew,
                or the reverse.
        """
        return self._catalogue.save(document, definition_id, note, expected_number)

    def restore(self, name_or_id: str, number: int, *, note: str = "") -> DefinitionVersion:
        """Save the content of an earlier version as the next one. The name stays as it is now.

        Nothing is saved when the latest version has that content.

        Raises:
            DefinitionNotFoundError: There is no such definition, or it has no such version.
            ArgumentError: The number is none.
        """
        number = whole_number_of(number, "number")
        latest, earlier = self.version(name_or_id), self.version(name_or_id, number)
        return self.save(
            {**earlier.document, "name": latest.name},
            definition_id=latest.definition_id,
            note=note or f"restored from version {number}",
            expected_number=latest.number,
        )

    def rename(self, name_or_id: str, new_name: str) -> DefinitionVersion:
        """Save the latest version under another name; unsaved edits take it over.

        The old name goes on leading to this definition, from flows, notebooks and addresses, unless another
        definition takes it, which none can as long as a flow says it.

        Raises:
            DefinitionNotFoundError: There is no such definition.
            DuplicateNameError: Another definition has this name.
            DefinitionError: The name is empty, too long, or no line.
            ArgumentError: It is no text.
        """
        name = new_name_of(new_name)
        before = self.version(name_or_id)
        after = self.save(
            {**before.document, "name": name},
            definition_id=before.definition_id,
            note=f"renamed from {before.name}",
            expected_number=before.number,
        )
        self._rename_draft(before, after)
        return after

    def _rename_draft(self, before: DefinitionVersion, after: DefinitionVersion) -> None:
        draft = self._store.draft(before.definition_id, owner=self._owner)
        if draft is None or draft.document.get("name") != before.name or before.number == after.number:
            return
        number = after.number if draft.base_number == before.number else draft.base_number
        document = {**draft.document, "name": after.name}
        self._catalogue.save_draft(draft.draft_id, document, before.definition_id, number)

    def duplicate(self, name_or_id: str, new_name: str | None = None) -> DefinitionVersion:
        """Save the latest version as a new definition, with the same tags and collections; by default `NAME-copy`.

        Raises:
            DefinitionNotFoundError: There is no such definition.
            DuplicateNameError: Another definition has the new name.
        """
        original = self._store.get(name_or_id, owner=self._owner)
        taken = {summary.name for summary in self._store.list(owner=self._owner)}
        name = new_name_of(new_name) if new_name else free_name(taken, f"{original.name}-copy")
        if name in taken:
            raise DuplicateNameError(name)
        document = {**self.version(original.definition_id).document, "name": name}
        copy = self.save(document, note=f"copy of {original.name}, version {original.latest_number}")
        self._store.tag(copy.definition_id, original.tags, owner=self._owner)
        self._store.collect(copy.definition_id, original.collections, owner=self._owner)
        return copy

    def diff(self, before: Comparable, after: Comparable | None = None) -> DefinitionDiff:
        """What is different between two versions such as `market-brief@1` (the latest without a number), or documents.

        Without `after`, the latest version of the same definition. `.changes` are the differences by agent, task,
        step and field; printed, each is a line, with prompts by word.

        Raises:
            DefinitionNotFoundError: There is no such definition or version.
        """
        return compared(before, after, self.version)

    def executions_of(self, name_or_id: str, number: int | None = None) -> builtins.list[Execution]:
        """All executions of exactly the content of a version, the latest by default, newest first.

        However they were launched: from a file, from a version of another number, or as the step of a flow. Of a flow
        its own document counts: it may have run over other versions of its crews, which their `content_hash` tells.

        Raises:
            DefinitionNotFoundError: There is no such definition, or it has no such version.
        """
        content_hash = self.version(name_or_id, number).content_hash
        return self._executions.find(owner=self._owner, content_hash=content_hash, within_flows=True)
