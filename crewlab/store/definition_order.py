"""How a person keeps definitions in order: the archive, tags and collections."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import duckdb

from crewlab.definitions.arguments import texts_of
from crewlab.definitions.labels import collection_name, tags_of
from crewlab.errors import DefinitionError
from crewlab.store.database import Database
from crewlab.store.reading.definition_reads import DefinitionReads
from crewlab.store.text import visible
from crewlab.store.writing.definition_rows import find_id, not_found
from crewlab.store.writing.writer import Writer

Cursor = duckdb.DuckDBPyConnection


class DefinitionOrder(DefinitionReads):
    """None of this makes a version: it is about the definition, not about what runs.

    Each method raises `DefinitionNotFoundError` when this owner has no such definition.
    """

    def __init__(self, database: Database, writer: Writer) -> None:
        super().__init__(database)
        self._writer = writer

    def archive(self, name_or_id: str, *, owner: str, is_archived: bool) -> None:
        """Take a definition out of the lists of what is in use, or put it back."""
        at = datetime.now(UTC) if is_archived else None
        self._writer.call(lambda cursor: _archive(cursor, owner, name_or_id, at))

    def tag(self, name_or_id: str, tags: Iterable[str], *, owner: str) -> None:
        """Give a definition these tags and no others. Raises `DefinitionError` for what cannot be a tag."""
        wanted = tags_of(tags)
        self._writer.call(lambda cursor: _tag(cursor, owner, name_or_id, wanted))

    def collect(self, name_or_id: str, collections: Iterable[str], *, owner: str) -> None:
        """Put a definition into these collections, made where there are none of the name, and into no others.

        Raises:
            DefinitionError: A name cannot be one.
        """
        names = list(dict.fromkeys(collection_name(name) for name in texts_of(collections, "collections")))
        self._writer.call(lambda cursor: _collect(cursor, owner, name_or_id, names))

    def save_collection(self, name: str, *, owner: str, description: str = "", instead_of: str | None = None) -> str:
        """Make a collection, or rename and describe `instead_of`; what is in it stays. The name as it is kept.

        Raises:
            DefinitionError: The name is taken or cannot be one, or there is no `instead_of`.
        """
        wanted, described = collection_name(name), visible(description.strip())
        self._writer.call(lambda cursor: _save_collection(cursor, owner, wanted, described, instead_of))
        return wanted

    def delete_collection(self, name: str, *, owner: str) -> None:
        """Remove a collection; the definitions in it stay. Raises `DefinitionError` when there is none."""
        self._writer.call(lambda cursor: _delete_collection(cursor, owner, name))


def found_id(cursor: Cursor, name_or_id: str, owner: str) -> str:
    """The id of an owner's definition. Raises `DefinitionNotFoundError`."""
    definition_id = find_id(cursor, name_or_id, owner)
    if definition_id is None:
        raise not_found(cursor, name_or_id, owner)
    return definition_id


def _archive(cursor: Cursor, owner: str, name_or_id: str, at: datetime | None) -> None:
    definition_id = found_id(cursor, name_or_id, owner)
    cursor.execute("UPDATE definitions SET archived_at = ? WHERE definition_id = ?", [at, definition_id])


def _tag(cursor: Cursor, owner: str, name_or_id: str, tags: Iterable[str]) -> None:
    definition_id = found_id(cursor, name_or_id, owner)
    cursor.execute("DELETE FROM definition_tags WHERE definition_id = ?", [definition_id])
    for tag in tags:
        cursor.execute("INSERT INTO definition_tags VALUES (?, ?, ?)", [owner, definition_id, visible(tag)])


def _collect(cursor: Cursor, owner: str, name_or_id: str, names: Iterable[str]) -> None:
    definition_id = found_id(cursor, name_or_id, owner)
    known = _collection_names(cursor, owner)
    cursor.execute("DELETE FROM collected_definitions WHERE definition_id = ?", [definition_id])
    for name in names:
        if name not in known:
            _save_collection(cursor, owner, name, "", None)
        cursor.execute("INSERT INTO collected_definitions VALUES (?, ?, ?)", [owner, name, definition_id])


def _save_collection(cursor: Cursor, owner: str, name: str, description: str, instead_of: str | None) -> None:
    known = _collection_names(cursor, owner)
    if instead_of is not None and instead_of not in known:
        raise _no_collection(instead_of)
    if name in known and name != instead_of:
        raise DefinitionError(f"There is already a collection {name!r}.", "Choose another name.")
    if instead_of is None:
        row = [owner, name, description, datetime.now(UTC)]
        cursor.execute("INSERT INTO collections VALUES (?, ?, ?, ?)", row)
        return
    at = [owner, instead_of]
    renamed = "UPDATE collections SET name = ?, description = ? WHERE owner = ? AND name = ?"
    cursor.execute(renamed, [name, description, *at])
    cursor.execute("UPDATE collected_definitions SET collection = ? WHERE owner = ? AND collection = ?", [name, *at])


def _delete_collection(cursor: Cursor, owner: str, name: str) -> None:
    if name not in _collection_names(cursor, owner):
        raise _no_collection(name)
    cursor.execute("DELETE FROM collections WHERE owner = ? AND name = ?", [owner, name])
    cursor.execute("DELETE FROM collected_definitions WHERE owner = ? AND collection = ?", [owner, name])


def _collection_names(cursor: Cursor, owner: str) -> set[str]:
    rows = cursor.execute("SELECT name FROM collections WHERE owner = ?", [owner]).fetchall()
    return {name for (name,) in rows}


def _no_collection(name: str) -> DefinitionError:
    return DefinitionError(f"There is no collection {name!r}.", "Look at the names again; they may have changed.")
