"""Definitions of the running app: read, checked and saved over HTTP."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import Any

from crewlab.definitions.placeholders import placeholders
from crewlab.definitions.plain import require_document
from crewlab.definitions.problem import Problem
from crewlab.definitions.version import Draft
from crewlab.errors import DocumentError
from crewlab.remote.records import records
from crewlab.remote.remote_interchange import RemoteInterchange

Document = Mapping[str, Any]
Llm = str | dict[str, Any]


class RemoteDefinitions(RemoteInterchange):
    """`Definitions` of the app: the same methods over HTTP."""

    def delete(self, name_or_id: str, *, even_if_used: bool = False) -> None:
        """Remove a definition and its versions. Raises as `Lab.definitions.delete` does."""
        query = {"even_if_used": "true"} if even_if_used else {}
        self._connection.delete("definitions", name_or_id, **query)

    def draft(self, draft_id: str) -> Draft | None:
        """Unsaved edits, or `None`."""
        found = self._connection.get("drafts", draft_id)
        return None if found is None else Draft.model_validate(found)

    def save_draft(
        self, draft_id: str, document: Document, definition_id: str | None = None, base_number: int | None = None
    ) -> None:
        """Keep unsaved edits; they never become a version by themselves."""
        require_document(document)
        body = {"document": dict(document), "definition_id": definition_id, "base_number": base_number}
        self._connection.put("drafts", draft_id, body=body)

    def discard_draft(self, draft_id: str) -> None:
        """Forget unsaved edits."""
        self._connection.delete("drafts", draft_id)

    def drafts(self) -> builtins.list[Draft]:
        """All unsaved edits."""
        return records(Draft, self._connection.get("drafts"))

    def check(
        self, document: Document, *, llm: Llm | None = None, llms: Mapping[str, Llm] | None = None
    ) -> builtins.list[Problem]:
        """What is wrong with a document in the app, with the keys that it has; empty when it can run."""
        try:
            require_document(document)
        except DocumentError:
            from crewlab.definitions.checks import check

            return check(document)  # JSON may have no form for it
        body = {"document": dict(document), "llm": llm, "llms": llms}
        return records(Problem, self._connection.post("check", body=body))

    def placeholders(self, document: Document) -> dict[str, tuple[str, ...]]:
        """The inputs that a document asks for, and the places that use each."""
        require_document(document)
        return placeholders(document)
