"""Definitions, their immutable versions and their drafts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import duckdb

from crewlab.definitions.version import DefinitionVersion
from crewlab.store.definition_order import DefinitionOrder, found_id
from crewlab.store.text import json_text
from crewlab.store.writing import definition_rows
from crewlab.store.writing.definition_rows import Saving


class DefinitionStore(DefinitionOrder):
    """Writes wait until they are durable and return the record; reads take the owner."""

    def save(
        self,
        *,
        owner: str,
        document: Mapping[str, Any],
        definition_id: str | None = None,
        note: str = "",
        author: str | None = None,
        expected_number: int | None = None,
    ) -> DefinitionVersion:
        """Save a document as the next version of a definition, or as a new definition when no id is given.

        Saving the very document of the latest version makes no new version and returns that one.

        Raises:
            DocumentError: The document has no name, or it is a flow and the definition a crew, or the reverse.
            DuplicateNameError: Another definition of this owner has the name.
            VersionConflictError: The latest version is not `expected_number`.
            DefinitionNotFoundError: This owner has no definition with this id.
        """
        saving = Saving(owner, document, definition_id, note, author, expected_number)
        return self._writer.call(lambda cursor: definition_rows.save(cursor, saving))

    def seed(self, documents: Iterable[Mapping[str, Any]], *, owner: str) -> int:
        """Save those documents whose names were never seeded for this owner, and return how many.

        A seeded definition that was edited, renamed or deleted since never comes back.
        """
        savings = [Saving(owner, document, note="Example") for document in documents]
        seeded = {name for (name,) in self._database.rows("SELECT name FROM seeded_names WHERE owner = ?", [owner])}
        new = {saving.name: saving for saving in savings if saving.name not in seeded}
        return self._writer.call(lambda cursor: _seed(cursor, owner, new)) if new else 0

    def delete(self, name_or_id: str, *, owner: str) -> None:
        """Delete a definition with its versions and drafts; executions keep what they ran.

        Raises:
            DefinitionNotFoundError: This owner has no such definition.
        """
        self._writer.call(lambda cursor: _delete(cursor, name_or_id, owner))

    def save_draft(
        self,
        *,
        owner: str,
        draft_id: str,
        document: Mapping[str, Any],
        definition_id: str | None = None,
        base_number: int | None = None,
    ) -> None:
        """Keep edits that are not a version yet; a draft of the same id is replaced."""
        values = [owner, draft_id, definition_id, base_number, json_text(document), datetime.now(UTC)]
        sql = "INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?, ?, ?)"
        self._writer.call(lambda cursor: _execute(cursor, sql, values))

    def discard_draft(self, draft_id: str, *, owner: str) -> None:
        """Forget a draft; nothing happens if there is none."""
        sql = "DELETE FROM drafts WHERE owner = ? AND draft_id = ?"
        self._writer.call(lambda cursor: _execute(cursor, sql, [owner, draft_id]))


def _seed(cursor: duckdb.DuckDBPyConnection, owner: str, savings: Mapping[str, Saving]) -> int:
    taken = definition_rows.taken_names(cursor, owner)  # somebody's own, or what flows go on calling so
    new = [definition_rows.first_version(saving) for name, saving in savings.items() if name not in taken]
    definition_rows.add(cursor, new)
    rows = ", ".join(["(?, ?, now())"] * len(savings))
    cursor.execute(f"INSERT INTO seeded_names VALUES {rows}", [value for name in savings for value in (owner, name)])
    return len(new)


_PARTS = ("definitions", "definition_versions", "earlier_names", "definition_tags", "collected_definitions",
          "definition_references")  # fmt: skip
"""The tables with rows of a definition."""


def _delete(cursor: duckdb.DuckDBPyConnection, name_or_id: str, owner: str) -> None:
    definition_id = found_id(cursor, name_or_id, owner)
    for table in _PARTS:
        cursor.execute(f"DELETE FROM {table} WHERE definition_id = ?", [definition_id])
    cursor.execute("DELETE FROM drafts WHERE owner = ? AND definition_id = ?", [owner, definition_id])


def _execute(cursor: duckdb.DuckDBPyConnection, sql: str, parameters: object) -> None:
    cursor.execute(sql, parameters)
