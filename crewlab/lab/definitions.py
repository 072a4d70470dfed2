"""`lab.definitions`: what can be run."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crewlab.errors import DefinitionError
from crewlab.lab.definition_interchange import DefinitionInterchange

if TYPE_CHECKING:
    from crewlab.bridge.contract import Llm
    from crewlab.definitions.problem import Problem
    from crewlab.definitions.version import Draft

Document = Mapping[str, Any]


class Definitions(DefinitionInterchange):
    """Crews and flows with their versions and their unsaved edits."""

    def delete(self, name_or_id: str, *, even_if_used: bool = False) -> None:
        """Remove a definition with its versions and what was remembered for it; its executions keep what they ran.

        Raises:
            DefinitionNotFoundError: There is no such definition.
            DefinitionError: The latest version of a flow has it as a step, and `even_if_used` is not set.
        """
        summary = self.get(name_or_id)
        users = [parent for parent in summary.parents if parent != summary.name]
        if users and not even_if_used:
            what = f"{summary.name!r} is a step of {', '.join(users)}, which could not run any more."
            raise DefinitionError(what, "Take the step out first, or delete it all the same with even_if_used=True.")
        self._store.delete(summary.definition_id, owner=self._owner)
        self._engine.library.memories.clear(self._owner, summary.definition_id)

    def draft(self, draft_id: str) -> Draft | None:
        """Unsaved edits, or `None`."""
        return self._store.draft(draft_id, owner=self._owner)

    def save_draft(
        self, draft_id: str, document: Document, definition_id: str | None = None, base_number: int | None = None
    ) -> None:
        """Keep unsaved edits; they never become a version by themselves."""
        self._catalogue.save_draft(draft_id, document, definition_id, base_number)

    def discard_draft(self, draft_id: str) -> None:
        """Forget unsaved edits."""
        self._store.discard_draft(draft_id, owner=self._owner)

    def drafts(self) -> builtins.list[Draft]:
        """All unsaved edits."""
        return self._store.drafts(owner=self._owner)

    def check(
        self, document: Document, *, llm: Llm | None = None, llms: Mapping[str, Llm] | None = None
    ) -> builtins.list[Problem]:
        """What is wrong with a document on this machine, were it run with `llm` and `llms`; empty when it can run."""
        return self._catalogue.check(document, self._catalogue.overlay(llm, llms))

    def placeholders(self, document: Document) -> dict[str, tuple[str, ...]]:
        """The inputs that a document asks for, and the places that use each."""
        return self._catalogue.placeholders(document)
