"""The definitions of the lab: reading, saving, drafts, checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crewlab.lab.parts import Document, LabParts

if TYPE_CHECKING:
    from crewlab.bridge.contract import Llm
    from crewlab.definitions.library.tools import ToolInfo
    from crewlab.definitions.problem import Problem
    from crewlab.definitions.version import DefinitionSummary, DefinitionVersion, Draft


class LabDefinitions(LabParts):
    """What can be run."""

    def definitions(self) -> list[DefinitionSummary]:
        """Every definition, by name."""
        return self.store.definitions.list(owner=self.settings.owner)

    def definition(self, name_or_id: str) -> DefinitionSummary:
        """One definition. Raises `DefinitionNotFoundError`."""
        return self.store.definitions.get(name_or_id, owner=self.settings.owner)

    def version(self, name_or_id: str, number: int | None = None) -> DefinitionVersion:
        """A version with its document, the latest by default. Raises `DefinitionNotFoundError`."""
        return self.store.definitions.version(name_or_id, number, owner=self.settings.owner)

    def versions(self, name_or_id: str) -> list[DefinitionVersion]:
        """All versions of a definition. Raises `DefinitionNotFoundError`."""
        return self.store.definitions.versions(name_or_id, owner=self.settings.owner)

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
        """
        return self._catalogue.save(document, definition_id, note, expected_number)

    def import_document(self, text: str, *, source: str) -> DefinitionVersion:
        """Save a YAML or JSON document as a new definition; `source` is its file name. Raises `DocumentError`.

        What is changed, such as `async_execution` that becomes edges, is in the version's `note`, a line per field.
        """
        return self._catalogue.import_document(text, source)

    def delete_definition(self, name_or_id: str) -> None:
        """Remove a definition with its versions and what was remembered for it; its executions keep what they ran."""
        definition_id = self.definition(name_or_id).definition_id
        self.store.definitions.delete(definition_id, owner=self.settings.owner)
        self.engine.library.memories.clear(self.settings.owner, definition_id)

    def draft(self, draft_id: str) -> Draft | None:
        """Unsaved edits, or `None`."""
        return self.store.definitions.draft(draft_id, owner=self.settings.owner)

    def save_draft(
        self, draft_id: str, document: Document, definition_id: str | None = None, base_number: int | None = None
    ) -> None:
        """Keep unsaved edits; they never become a version by themselves."""
        self._catalogue.save_draft(draft_id, document, definition_id, base_number)

    def discard_draft(self, draft_id: str) -> None:
        """Forget unsaved edits."""
        self.store.definitions.discard_draft(draft_id, owner=self.settings.owner)

    def drafts(self) -> list[Draft]:
        """All unsaved edits."""
        return self.store.definitions.drafts(owner=self.settings.owner)

    def check(
        self, document: Document, *, llm: Llm | None = None, llms: Mapping[str, Llm] | None = None
    ) -> list[Problem]:
        """What is wrong with a document on this machine, were it run with `llm` and `llms`; empty when it can run."""
        return self._catalogue.check(document, self._catalogue.overlay(llm, llms))

    def placeholders(self, document: Document) -> dict[str, tuple[str, ...]]:
        """The inputs that a document asks for, and the places that use each."""
        return self._catalogue.placeholders(document)

    def tool_names(self) -> list[ToolInfo]:
        """The tools that an agent may be given."""
        return self._catalogue.tools()
