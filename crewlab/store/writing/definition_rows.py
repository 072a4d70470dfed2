"""Definitions inside one transaction of the writer: looked up, checked and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from crewlab.definitions.flows.references import references_of
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.names import obstacle_in_name
from crewlab.definitions.version import DefinitionVersion, content_hash
from crewlab.errors import DefinitionNotFoundError, DocumentError, DuplicateNameError, VersionConflictError
from crewlab.executions.identity import new_id
from crewlab.store.text import json_text, parse_json, visible, visible_or_none

Cursor = duckdb.DuckDBPyConnection

VERSION_COLUMNS = (
    "v.definition_id, d.owner, d.kind, v.name, v.number, v.content_hash, v.document, v.note, v.author, v.created_at"
)
_VERSION_FIELDS = (
    "definition_id", "owner", "kind", "name", "number", "content_hash", "document", "note", "author", "created_at",
)  # fmt: skip


@dataclass(frozen=True)
class Saving:
    """One request to save a document."""

    owner: str
    document: Mapping[str, Any]
    definition_id: str | None = None
    note: str = ""
    author: str | None = None
    expected_number: int | None = None

    @property
    def name(self) -> str:
        """The name that the document gives itself.

        Raises:
            DocumentError: It has none, or one that nothing can have.
        """
        name = self.document.get("name")
        if not isinstance(name, str) or not name.strip():
            raise DocumentError("The document has no name.", "Add a line such as `name: market-brief`.")
        if obstacle := obstacle_in_name(name):
            raise DocumentError(obstacle, "Give it a short name in one line, such as market-brief.")
        return visible(name)


def version_from(row: tuple[Any, ...]) -> DefinitionVersion:
    """The version in a row of `VERSION_COLUMNS`."""
    values = dict(zip(_VERSION_FIELDS, row, strict=True))
    return DefinitionVersion(**{**values, "document": parse_json(values["document"])})


def save(cursor: Cursor, saving: Saving) -> DefinitionVersion:
    """Append a version, or return the latest one when the document is the same."""
    latest = _latest(cursor, saving)
    _check_name(cursor, saving, latest)
    _check_earlier_name(cursor, saving, latest)
    document = parse_json(json_text(saving.document))
    if latest is not None:
        if saving.expected_number not in (None, latest.number):
            raise _conflict(latest, saving.expected_number)
        if latest.document == document:
            return latest
        _require_kind(latest, document)
    version = _version(saving, document, latest)
    if latest is None:
        add(cursor, [version])
    else:
        _replace(cursor, version)
        if latest.name != version.name:
            _note_name(cursor, latest, version.created_at)
    return version


def _version(saving: Saving, document: dict[str, Any], latest: DefinitionVersion | None = None) -> DefinitionVersion:
    """What is to be saved, as the version after the latest one."""
    return DefinitionVersion(
        definition_id=latest.definition_id if latest else new_id(),
        owner=saving.owner,
        kind=kind_of(document),
        name=saving.name,
        number=latest.number + 1 if latest else 1,
        content_hash=content_hash(document),
        document=document,
        note=visible(saving.note),
        author=visible_or_none(saving.author),
        created_at=datetime.now(UTC),
    )


def first_version(saving: Saving) -> DefinitionVersion:
    """A document as the first version of a new definition."""
    return _version(saving, parse_json(json_text(saving.document)))


def find_id(cursor: Cursor, name_or_id: str, owner: str) -> str | None:
    """The id of an owner's definition; a name wins over an id. Names that a definition gave up lead nowhere here."""
    sql = (
        "SELECT definition_id FROM definitions WHERE owner = $owner AND (name = $key OR definition_id = $key) "
        "ORDER BY name = $key DESC LIMIT 1"
    )
    found = cursor.execute(sql, {"owner": owner, "key": name_or_id}).fetchall()
    return found[0][0] if found else None


def not_found(cursor: Cursor, name_or_id: str, owner: str) -> DefinitionNotFoundError:
    """The error for a definition that is not there, with the names of those that are."""
    names = cursor.execute("SELECT name FROM definitions WHERE owner = ?", [owner]).fetchall()
    return DefinitionNotFoundError(name_or_id, [name for (name,) in names])


def _latest(cursor: Cursor, saving: Saving) -> DefinitionVersion | None:
    """The latest version of the definition that is being saved; `None` for a new definition."""
    if saving.definition_id is None:
        return _latest_by(cursor, "d.name = ?", saving.name, saving.owner)
    latest = _latest_by(cursor, "d.definition_id = ?", saving.definition_id, saving.owner)
    if latest is None:
        raise not_found(cursor, saving.definition_id, saving.owner)
    return latest


def _latest_by(cursor: Cursor, condition: str, key: str, owner: str) -> DefinitionVersion | None:
    sql = (
        f"SELECT {VERSION_COLUMNS} FROM definitions d "
        "JOIN definition_versions v ON v.definition_id = d.definition_id AND v.number = d.latest_number "
        f"WHERE d.owner = ? AND {condition}"
    )
    rows = cursor.execute(sql, [owner, key]).fetchall()
    return version_from(rows[0]) if rows else None


def _check_name(cursor: Cursor, saving: Saving, latest: DefinitionVersion | None) -> None:
    """A name belongs to one definition of an owner; saving the same document again under it is no new claim."""
    taken_by = find_id(cursor, saving.name, saving.owner)
    if taken_by is None or (saving.definition_id is not None and taken_by == saving.definition_id):
        return
    same = latest is not None and latest.content_hash == content_hash(saving.document)
    if saving.definition_id is None and same:
        return
    hint = ""
    if saving.definition_id is None:
        own = f"lab.definitions.get({saving.name!r}).definition_id"
        hint = (
            f"Choose another name, or open the existing one; in a notebook, definition_id={own} saves its next version."
        )
    raise DuplicateNameError(saving.name, hint=hint)


_STILL_USED = """
SELECT DISTINCT f.name FROM definition_references r
JOIN earlier_names e ON e.owner = r.owner AND e.name = r.name
JOIN definitions f ON f.definition_id = r.definition_id
WHERE r.owner = ? AND r.name = ? AND e.definition_id IS DISTINCT FROM ? ORDER BY f.name
"""


def _check_earlier_name(cursor: Cursor, saving: Saving, latest: DefinitionVersion | None) -> None:
    """A name that flows still use for what has another now is not given away: they would run something else."""
    if latest is not None and latest.name == saving.name:
        return
    own = latest.definition_id if latest else None
    users = cursor.execute(_STILL_USED, [saving.owner, saving.name, own]).fetchall()
    if users:
        raise DuplicateNameError(saving.name, [name for (name,) in users])


_TAKEN = """
SELECT name FROM definitions WHERE owner = $owner
UNION
SELECT r.name FROM definition_references r JOIN earlier_names e ON e.owner = r.owner AND e.name = r.name
WHERE r.owner = $owner
"""


def taken_names(cursor: Cursor, owner: str) -> set[str]:
    """The names of an owner's definitions, and those that flows go on calling one by."""
    return {name for (name,) in cursor.execute(_TAKEN, {"owner": owner}).fetchall()}


def _conflict(latest: DefinitionVersion, expected: int | None) -> VersionConflictError:
    return VersionConflictError(
        f"{latest.name!r} is at version {latest.number}, and these edits began from version {expected}.",
        "Look at the newer version, then save again on top of it.",
    )


def _require_kind(latest: DefinitionVersion, document: Mapping[str, Any]) -> None:
    kind = kind_of(document)
    if kind != latest.kind:
        raise DocumentError(
            f"{latest.name!r} is a {latest.kind}, and this document describes a {kind}.",
            "Save it as a definition of its own, under another name.",
        )


def _note_name(cursor: Cursor, before: DefinitionVersion, at: datetime) -> None:
    """Keep the name that a definition gives up: what refers to it by that name goes on finding it."""
    row = [before.owner, before.name, before.definition_id, at]
    cursor.execute("INSERT OR REPLACE INTO earlier_names VALUES (?, ?, ?, ?)", row)


def add(cursor: Cursor, versions: Sequence[DefinitionVersion]) -> None:
    """Write the first versions of definitions whose names are free: all of them in a statement for each table."""
    _insert(cursor, "definition_versions", [_version_row(version) for version in versions])
    values = [[v.definition_id, v.owner, v.kind, v.created_at, *_latest_values(v)] for v in versions]
    _insert(cursor, f"definitions (definition_id, owner, kind, created_at, {', '.join(_LATEST)})", values)
    _insert(cursor, "definition_references", [row for version in versions for row in _references(version)])


def _replace(cursor: Cursor, version: DefinitionVersion) -> None:
    """Write a further version. Two statements: `ON CONFLICT DO UPDATE` takes DuckDB six times as long as either."""
    columns = ", ".join(f"{column} = ?" for column in _LATEST)
    _insert(cursor, "definition_versions", [_version_row(version)])
    cursor.execute(
        f"UPDATE definitions SET {columns} WHERE definition_id = ?", [*_latest_values(version), version.definition_id]
    )
    cursor.execute("DELETE FROM definition_references WHERE definition_id = ?", [version.definition_id])
    _insert(cursor, "definition_references", _references(version))


_LATEST = (
    "name", "description", "latest_number", "content_hash", "agents_count", "tasks_count", "steps_count", "updated_at",
)  # fmt: skip
"""What a definition shows of its latest version."""


def _latest_values(version: DefinitionVersion) -> list[object]:
    sizes = (_size(version.document, part) for part in ("agents", "tasks", "methods"))
    description = str(version.document.get("description") or "")
    return [version.name, description, version.number, version.content_hash, *sizes, version.created_at]


def _version_row(version: DefinitionVersion) -> list[object]:
    document = json_text(version.document)
    return [version.definition_id, version.number, version.name, version.content_hash, document, version.note,
            version.author, version.created_at]  # fmt: skip


def _references(version: DefinitionVersion) -> list[list[object]]:
    """Which definitions a version names, so that lists show them without reading documents."""
    return [
        [version.owner, version.definition_id, visible(one.step), visible(one.name), one.number]
        for one in references_of(version.document)
    ]


def _insert(cursor: Cursor, into: str, rows: Sequence[Sequence[object]]) -> None:
    if rows:
        row = f"({', '.join('?' * len(rows[0]))})"
        cursor.execute(f"INSERT INTO {into} VALUES {', '.join([row] * len(rows))}", [v for row in rows for v in row])


def _size(document: Mapping[str, Any], part: str) -> int:
    held = document.get(part)
    return len(held) if isinstance(held, Mapping | list) else 0
