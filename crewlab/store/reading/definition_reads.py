"""Definitions and their versions as they are read: by name, by id, or by a name that they had."""

from __future__ import annotations

import builtins
from typing import NamedTuple

from crewlab.definitions.kinds import Kind
from crewlab.definitions.version import Collection, DefinitionSummary, DefinitionVersion, Draft
from crewlab.errors import DefinitionNotFoundError
from crewlab.executions.status import IN_FLIGHT, TERMINAL
from crewlab.store.database import Database
from crewlab.store.text import parse_json
from crewlab.store.writing.definition_rows import VERSION_COLUMNS, not_found, version_from

_MOST_VERSIONS = 2**31 - 1
"""No column holds a larger number; a document may ask for any."""
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
WITH runs AS (
    SELECT definition_id, count(*) AS number, max(created_at) AS last_at,
           arg_max(status, execution_id) AS last_status,
           arg_max(status, execution_id) FILTER (status IN ({_listed(TERMINAL)})) AS last_outcome,
           count(*) FILTER (status IN ({_listed(IN_FLIGHT)})) AS running
    FROM executions WHERE owner = $owner {{of_one}} GROUP BY definition_id
)
SELECT d.definition_id, d.owner, d.kind, d.name, d.description, d.latest_number, d.content_hash,
       d.agents_count, d.tasks_count, coalesce(d.steps_count, 0), d.created_at, d.updated_at, d.archived_at,
       e.last_status, e.last_outcome, e.last_at, coalesce(e.number, 0), coalesce(e.running, 0)
FROM definitions d LEFT JOIN runs e ON e.definition_id = d.definition_id
WHERE d.owner = $owner {{asked}} ORDER BY strip_accents(lower(d.name)), d.name
"""
_SUMMARY_FIELDS = (
    "definition_id", "owner", "kind", "name", "description", "latest_number", "content_hash", "agents_count",
    "tasks_count", "steps_count", "created_at", "updated_at", "archived_at", "last_status", "last_outcome",
    "last_executed_at", "executions_count", "running_count",
)  # fmt: skip

_ASKED = {
    "key": f"AND d.definition_id = {MEANT}",
    "kind": "AND d.kind = $kind",
    "archived": "AND (d.archived_at IS NOT NULL) = $archived",
    "tag": "AND d.definition_id IN (SELECT definition_id FROM definition_tags WHERE owner = $owner AND tag = $tag)",
    "collection": "AND d.definition_id IN "
    "(SELECT definition_id FROM collected_definitions WHERE owner = $owner AND collection = $collection)",
}
"""Only what is asked for stands in the statement: DuckDB plans a long one longer than it carries it out."""

_MARKS = f"""
WITH links AS (
    SELECT DISTINCT p.definition_id AS parent_id, p.name AS parent, c.definition_id AS child_id, c.name AS child
    FROM definition_references r
    JOIN definitions p ON p.definition_id = r.definition_id
    JOIN ({_NAMED}) n ON n.name = r.name
    JOIN definitions c ON c.definition_id = n.definition_id
    WHERE r.owner = $owner
)
SELECT definition_id, field, mark FROM (
    SELECT definition_id, 'tags' AS field, tag AS mark FROM definition_tags WHERE owner = $owner
    UNION ALL
    SELECT definition_id, 'collections', collection FROM collected_definitions WHERE owner = $owner
    UNION ALL
    SELECT definition_id, 'drafts', draft_id FROM drafts WHERE owner = $owner AND definition_id IS NOT NULL
    UNION ALL
    SELECT child_id, 'parents', parent FROM links
    UNION ALL
    SELECT parent_id, 'children', child FROM links
) {{of_one}} ORDER BY mark
"""
"""What there may be several of, each in a row of its own: a list in each row takes far longer to plan."""

_VERSIONS = f"""
SELECT {VERSION_COLUMNS}
FROM definition_versions v JOIN definitions d ON d.definition_id = v.definition_id
WHERE d.owner = $owner AND d.definition_id = {MEANT}
  {{of_one}} ORDER BY v.number DESC
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
        given = {name: value for name, value in asked.items() if value is not None}
        of_one = f"AND definition_id = {MEANT}" if "key" in given else ""
        sql = _SUMMARIES.format(of_one=of_one, asked=" ".join(_ASKED[name] for name in given))
        rows = self._database.rows(sql, {"owner": owner, **given})
        marks = self._marks(owner, rows[0][0] if of_one and rows else None) if rows else {}
        return [_summary(row, marks.get(row[0], {})) for row in rows]

    def _marks(self, owner: str, definition_id: str | None) -> dict[str, dict[str, builtins.list[str]]]:
        """Tags, collections, drafts, parents and children by definition, of one or of all."""
        one = {} if definition_id is None else {"definition_id": definition_id}
        sql = _MARKS.format(of_one="WHERE definition_id = $definition_id" if one else "")
        found: dict[str, dict[str, builtins.list[str]]] = {}
        for of, field, mark in self._database.rows(sql, {"owner": owner, **one}):
            found.setdefault(of, {}).setdefault(field, []).append(mark)
        return found

    def _versions(
        self, owner: str, key: str, number: int | None, *, is_every: bool
    ) -> builtins.list[DefinitionVersion]:
        of_one = "" if is_every else "AND v.number = " + ("d.latest_number" if number is None else "$number")
        asked = {} if number is None else {"number": max(0, min(number, _MOST_VERSIONS))}
        parameters = {"owner": owner, "key": str(key), **asked}
        rows = self._database.rows(_VERSIONS.format(of_one=of_one), parameters)
        return [version_from(row) for row in rows]

    def _drafts(self, owner: str, draft_id: str | None) -> builtins.list[Draft]:
        rows = self._database.rows(_DRAFTS, {"owner": owner, "draft_id": draft_id})
        names = ("draft_id", "definition_id", "document", "base_number", "updated_at")
        return [Draft(**{**dict(zip(names, row, strict=True)), "document": parse_json(row[2])}) for row in rows]

    def _not_found(self, name_or_id: str, owner: str) -> DefinitionNotFoundError:
        with self._database.cursor() as cursor:
            return not_found(cursor, name_or_id, owner)


def _summary(row: tuple[object, ...], marks: dict[str, list[str]]) -> DefinitionSummary:
    values = dict(zip(_SUMMARY_FIELDS, row, strict=True))
    lists = {field: marks.get(field, []) for field in ("tags", "collections", "parents", "children")}
    return DefinitionSummary(**values, **lists, has_draft="drafts" in marks)
