"""Definitions, their immutable versions and their drafts."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import duckdb

from crewlab.definitions.version import DefinitionSummary, DefinitionVersion, Draft
from crewlab.errors import DefinitionNotFoundError
from crewlab.store import definition_rows
from crewlab.store.database import Database
from crewlab.store.definition_rows import VERSION_COLUMNS, Saving, version_from
from crewlab.store.text import json_text, parse_json
from crewlab.store.writer import Writer

_SUMMARIES = """
SELECT d.definition_id, d.owner, d.kind, d.name, d.description, d.latest_number, d.content_hash,
       d.agents_count, d.tasks_count, d.created_at, d.updated_at,
       EXISTS (SELECT 1 FROM drafts f WHERE f.owner = d.owner AND f.definition_id = d.definition_id) AS has_draft,
       e.last_status, e.last_executed_at, coalesce(e.number, 0) AS executions_count
FROM definitions d
LEFT JOIN (
    SELECT definition_id, arg_max(status, execution_id) AS last_status, max(created_at) AS last_executed_at,
           count(*) AS number
    FROM executions WHERE owner = $owner GROUP BY definition_id
) e ON e.definition_id = d.definition_id
WHERE d.owner = $owner AND ($key IS NULL OR d.name = $key OR d.definition_id = $key)
ORDER BY d.name = $key DESC, d.name
"""
_SUMMARY_FIELDS = (
    "definition_id", "owner", "kind", "name", "description", "latest_number", "content_hash", "agents_count",
    "tasks_count", "created_at", "updated_at", "has_draft", "last_status", "last_executed_at", "executions_count",
)  # fmt: skip

_VERSIONS = f"""
SELECT {VERSION_COLUMNS}
FROM definition_versions v JOIN definitions d ON d.definition_id = v.definition_id
WHERE d.owner = $owner AND d.definition_id = $definition_id AND ($number IS NULL OR v.number = $number)
ORDER BY v.number DESC
"""

_DRAFTS = """
SELECT draft_id, definition_id, document, base_number, updated_at FROM drafts
WHERE owner = $owner AND ($draft_id IS NULL OR draft_id = $draft_id)
ORDER BY updated_at DESC
"""


class DefinitionStore:
    """Writes wait until they are durable and return the record; reads take the owner."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database, self._writer = database, writer

    def save(
        self,
        *,
        owner: str,
        document: Mapping[str, Any],
        kind: str = "crew",
        definition_id: str | None = None,
        note: str = "",
        author: str | None = None,
        expected_number: int | None = None,
    ) -> DefinitionVersion:
        """Save a document as the next version of a definition, or as a new definition when no id is given.

        Saving the very document of the latest version makes no new version and returns that one.

        Raises:
            DocumentError: The document has no name.
            DuplicateNameError: Another definition of this owner has the name.
            VersionConflictError: The latest version is not `expected_number`.
            DefinitionNotFoundError: This owner has no definition with this id.
        """
        saving = Saving(owner, document, kind, definition_id, note, author, expected_number)
        return self._writer.call(lambda cursor: definition_rows.save(cursor, saving))

    def seed(self, documents: Iterable[Mapping[str, Any]], *, owner: str) -> int:
        """Save those documents whose names were never seeded for this owner, and return how many.

        A seeded definition that was edited, renamed or deleted since never comes back.
        """
        savings = [Saving(owner, document, note="Example") for document in documents]
        seeded = {name for (name,) in self._database.rows("SELECT name FROM seeded_names WHERE owner = ?", [owner])}
        new = [saving for saving in savings if saving.name not in seeded]
        return self._writer.call(lambda cursor: _seed(cursor, new)) if new else 0

    def list(self, *, owner: str) -> list[DefinitionSummary]:
        """All definitions, by name."""
        return self._summaries(owner, None)

    def get(self, name_or_id: str, *, owner: str) -> DefinitionSummary:
        """One definition; a name wins over an id.

        Raises:
            DefinitionNotFoundError: This owner has no such definition.
        """
        found = self._summaries(owner, name_or_id)
        if not found:
            raise self._not_found(name_or_id, owner)
        return found[0]

    def version(self, name_or_id: str, number: int | None = None, *, owner: str) -> DefinitionVersion:
        """One version of a definition, the latest if no number is given.

        Raises:
            DefinitionNotFoundError: This owner has no such definition, or it has no such version.
        """
        summary = self.get(name_or_id, owner=owner)
        found = self._versions(summary.definition_id, owner, number or summary.latest_number)
        if not found:
            raise DefinitionNotFoundError(f"{summary.name} version {number}")
        return found[0]

    def versions(self, name_or_id: str, *, owner: str) -> builtins.list[DefinitionVersion]:
        """All versions of a definition, newest first.

        Raises:
            DefinitionNotFoundError: This owner has no such definition.
        """
        return self._versions(self.get(name_or_id, owner=owner).definition_id, owner, None)

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

    def draft(self, draft_id: str, *, owner: str) -> Draft | None:
        """A draft, or `None` when there is none of this id."""
        found = self._drafts(owner, draft_id)
        return found[0] if found else None

    def drafts(self, *, owner: str) -> builtins.list[Draft]:
        """All drafts, the last edited first."""
        return self._drafts(owner, None)

    def discard_draft(self, draft_id: str, *, owner: str) -> None:
        """Forget a draft; nothing happens if there is none."""
        sql = "DELETE FROM drafts WHERE owner = ? AND draft_id = ?"
        self._writer.call(lambda cursor: _execute(cursor, sql, [owner, draft_id]))

    def _summaries(self, owner: str, key: str | None) -> builtins.list[DefinitionSummary]:
        rows = self._database.rows(_SUMMARIES, {"owner": owner, "key": key})
        return [DefinitionSummary(**dict(zip(_SUMMARY_FIELDS, row, strict=True))) for row in rows]

    def _versions(self, definition_id: str, owner: str, number: int | None) -> builtins.list[DefinitionVersion]:
        parameters = {"owner": owner, "definition_id": definition_id, "number": number}
        return [version_from(row) for row in self._database.rows(_VERSIONS, parameters)]

    def _drafts(self, owner: str, draft_id: str | None) -> builtins.list[Draft]:
        rows = self._database.rows(_DRAFTS, {"owner": owner, "draft_id": draft_id})
        names = ("draft_id", "definition_id", "document", "base_number", "updated_at")
        return [Draft(**{**dict(zip(names, row, strict=True)), "document": parse_json(row[2])}) for row in rows]

    def _not_found(self, name_or_id: str, owner: str) -> DefinitionNotFoundError:
        with self._database.cursor() as cursor:
            return definition_rows.not_found(cursor, name_or_id, owner)


def _seed(cursor: duckdb.DuckDBPyConnection, savings: builtins.list[Saving]) -> int:
    saved = 0
    for saving in savings:
        if definition_rows.find_id(cursor, saving.name, saving.owner) is None:
            definition_rows.save(cursor, saving)
            saved += 1
        cursor.execute("INSERT INTO seeded_names VALUES (?, ?, now())", [saving.owner, saving.name])
    return saved


def _delete(cursor: duckdb.DuckDBPyConnection, name_or_id: str, owner: str) -> None:
    definition_id = definition_rows.find_id(cursor, name_or_id, owner)
    if definition_id is None:
        raise definition_rows.not_found(cursor, name_or_id, owner)
    cursor.execute("DELETE FROM definitions WHERE definition_id = ?", [definition_id])
    cursor.execute("DELETE FROM definition_versions WHERE definition_id = ?", [definition_id])
    cursor.execute("DELETE FROM drafts WHERE owner = ? AND definition_id = ?", [owner, definition_id])


def _execute(cursor: duckdb.DuckDBPyConnection, sql: str, parameters: object) -> None:
    cursor.execute(sql, parameters)
