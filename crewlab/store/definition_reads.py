"""Definitions and their versions as they are read: by name, by id, or by a name that they had."""

from __future__ import annotations

import builtins
from typing import NamedTuple

from crewlab.definitions.kinds import Kind
from crewlab.definitions.version import Collection, DefinitionSummary, DefinitionVersion, Draft
from crewlab.errors import DefinitionNotFoundError
from crewlab.executions.status import IN_FLIGHT, TERMINAL
from crewlab.store.database import Database
from crewlab.store.definition_rows import VERSION_COLUMNS, not_found, version_from
from crewlab.store.text import parse_json

MEANT = """coalesce(
    (SELECT definition_id FROM definitions WHERE owner = $owner AND name = $key),
    (SELECT definition_id FROM definitions WHERE owner = $owner AND definition_id = $key),
    (SELECT definition_id FROM earlier_names WHERE owner = $owner AND name = $key)
)"""
"""The definition that a name or an id means: who has the name now comes before who had it."""

_NAMED = """
SELECT name, definition_id FROM definitions WHERE owner = $owner
UNION ALL
SELECT name, definition_id FROM earlier_names
WHERE owner = $owner AND name NOT IN (SELECT name FROM definitions WHERE owner = $owner)
"""


def _listed(statuses: frozenset[str]) -> str:
    return ", ".join(f"'{status}'" for status in sorted(statuses))


_SUMMARIES = f"""
WITH links AS (
    SELECT DISTINCT r.definition_id AS parent_id, n.definition_id AS child_id
    FROM definition_references r JOIN ({_NAMED}) n ON n.name = r.name WHERE r.owner = $owner
),
runs AS (
    SELECT definition_id, count(*) AS number, max(created_at) AS last_at,
           arg_max(status, execution_id) AS last_status,
           arg_max(status, execution_id) FILTER (status IN ({_listed(TERMINAL)})) AS last_outcome,
           count(*) FILTER (status IN ({_listed(IN_FLIGHT)})) AS running
    FROM executions WHERE owner = $owner AND ($key IS NULL OR definition_id = {MEANT}) GROUP BY definition_id
)
SELECT d.definition_id, d.owner, d.kind, d.name, d.description, d.latest_number, d.content_hash,
       d.agents_count, d.tasks_count, coalesce(d.steps_count, 0), d.created_at, d.updated_at, d.archived_at,
       EXISTS (SELECT 1 FROM drafts f WHERE f.owner = d.owner AND f.definition_id = d.definition_id),
       e.last_status, e.last_outcome, e.last_at, coalesce(e.number, 0), coalesce(e.running, 0),
       ARRAY(SELECT t.tag FROM definition_tags t WHERE t.definition_id = d.definition_id ORDER BY t.tag),
       ARRAY(SELECT c.collection FROM collected_definitions c
             WHERE c.definition_id = d.definition_id ORDER BY c.collection),
       ARRAY(SELECT p.name FROM links l JOIN definitions p ON p.definition_id = l.parent_id
             WHERE l.child_id = d.definition_id ORDER BY p.name),
       ARRAY(SELECT p.name FROM links l JOIN definitions p ON p.definition_id = l.child_id
             WHERE l.parent_id = d.definition_id ORDER BY p.name)
FROM definitions d LEFT JOIN runs e ON e.definition_id = d.definition_id
WHERE d.owner = $owner
  AND ($key IS NULL OR d.definition_id = {MEANT})
  AND ($kind IS NULL OR d.kind = $kind)
  AND ($archived IS NULL OR $archived = (d.archived_at IS NOT NULL))
  AND ($tag IS NULL OR d.definition_id IN (
      SELECT definition_id FROM definition_tags WHERE owner = $owner AND tag = $tag))
  AND ($collection IS NULL OR d.definition_id IN (
      SELECT definition_id FROM collected_definitions WHERE owner = $owner AND collection = $collection))
ORDER BY d.name
"""
_SUMMARY_FIELDS = (
    "definition_id", "owner", "kind", "name", "description", "latest_number", "content_hash", "agents_count",
    "tasks_count", "steps_count", "created_at", "updated_at", "archived_at", "has_draft", "last_status",
    "last_outcome", "last_executed_at", "executions_count", "running_count", "tags", "collections", "parents",
    "children",
)  # fmt: skip

_VERSIONS = f"""
SELECT {VERSION_COLUMNS}
FROM definition_versions v JOIN definitions d ON d.definition_id = v.definition_id
WHERE d.owner = $owner AND d.definition_id = {MEANT}
  AND ($is_every OR v.number = coalesce($number, d.latest_number))
ORDER BY v.number DESC
"""

_MEANINGS = f"""
SELECT n.name, d.definition_id, d.name, d.kind, d.latest_number, d.archived_at IS NOT NULL
FROM ({_NAMED}) n JOIN definitions d ON d.definition_id = n.definition_id ORDER BY n.name
"""

_DRAFTS = """
SELECT draft_id, definition_id, document, base_number, updated_at FROM drafts
WHERE owner = $owner AND ($draft_id IS NULL OR draft_id = $draft_id)
ORDER BY updated_at DESC
"""

_COLLECTIONS = """
SELECT c.name, c.description, c.created_at,
       ARRAY(SELECT d.name FROM collected_definitions i JOIN definitions d ON d.definition_id = i.definition_id
             WHERE i.owner = c.owner AND i.collection = c.name ORDER BY d.name)
FROM collections c WHERE c.owner = $owner ORDER BY c.name
"""


class Meaning(NamedTuple):
    """The definition that a name means."""

    definition_id: str
    name: str
    """What it is called now."""
    kind: Kind
    latest_number: int
    is_archived: bool


class DefinitionReads:
    """Every read takes the owner."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(
        self,
        *,
        owner: str,
        kind: Kind | None = None,
        tag: str | None = None,
        collection: str | None = None,
        archived: bool | None = None,
    ) -> builtins.list[DefinitionSummary]:
        """Definitions by name; `archived` is `None` for all, or says which."""
        return self._summaries(owner, kind=kind, tag=tag, collection=collection, archived=archived)

    def get(self, name_or_id: str, *, owner: str) -> DefinitionSummary:
        """One definition: a name wins over an id, and an id over a name that a definition had earlier.

        Raises:
            DefinitionNotFoundError: This owner has no such definition.
        """
        found = self._summaries(owner, key=name_or_id)
        if not found:
            raise self._not_found(name_or_id, owner)
        return found[0]

    def version(self, name_or_id: str, number: int | None = None, *, owner: str) -> DefinitionVersion:
        """One version of a definition, the latest if no number is given.

        Raises:
            DefinitionNotFoundError: This owner has no such definition, or it has no such version.
        """
        found = self._versions(owner, name_or_id, number, is_every=False)
        if found:
            return found[0]
        if number is None:
            raise self._not_found(name_or_id, owner)
        summary = self.get(name_or_id, owner=owner)
        raise DefinitionNotFoundError(summary.name, number=number, latest=summary.latest_number)

    def meanings(self, *, owner: str) -> dict[str, Meaning]:
        """Every name of a definition, earlier ones that nobody has now too."""
        return {name: Meaning(*row) for name, *row in self._database.rows(_MEANINGS, {"owner": owner})}

    def versions(self, name_or_id: str, *, owner: str) -> builtins.list[DefinitionVersion]:
        """All versions of a definition, newest first.

        Raises:
            DefinitionNotFoundError: This owner has no such definition.
        """
        found = self._versions(owner, name_or_id, None, is_every=True)
        if not found:
            raise self._not_found(name_or_id, owner)
        return found

    def draft(self, draft_id: str, *, owner: str) -> Draft | None:
        """A draft, or `None` when there is none of this id."""
        found = self._drafts(owner, draft_id)
        return found[0] if found else None

    def drafts(self, *, owner: str) -> builtins.list[Draft]:
        """All drafts, the last edited first."""
        return self._drafts(owner, None)

    def collections(self, *, owner: str) -> builtins.list[Collection]:
        """All collections by name, with the names of what is in them."""
        names = ("name", "description", "created_at", "definitions")
        rows = self._database.rows(_COLLECTIONS, {"owner": owner})
        return [Collection(**dict(zip(names, row, strict=True))) for row in rows]

    def _summaries(self, owner: str, **asked: object) -> builtins.list[DefinitionSummary]:
        parameters = {**dict.fromkeys(("key", "kind", "tag", "collection", "archived")), "owner": owner, **asked}
        rows = self._database.rows(_SUMMARIES, parameters)
        return [DefinitionSummary(**dict(zip(_SUMMARY_FIELDS, row, strict=True))) for row in rows]

    def _versions(
        self, owner: str, key: str, number: int | None, *, is_every: bool
    ) -> builtins.list[DefinitionVersion]:
        parameters = {"owner": owner, "key": key, "number": number, "is_every": is_every}
        return [version_from(row) for row in self._database.rows(_VERSIONS, parameters)]

    def _drafts(self, owner: str, draft_id: str | None) -> builtins.list[Draft]:
        rows = self._database.rows(_DRAFTS, {"owner": owner, "draft_id": draft_id})
        names = ("draft_id", "definition_id", "document", "base_number", "updated_at")
        return [Draft(**{**dict(zip(names, row, strict=True)), "document": parse_json(row[2])}) for row in rows]

    def _not_found(self, name_or_id: str, owner: str) -> DefinitionNotFoundError:
        with self._database.cursor() as cursor:
            return not_found(cursor, name_or_id, owner)
