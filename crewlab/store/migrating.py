"""Brings a database file to the schema of this program, one numbered SQL file after the other."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from crewlab.errors import MigrationEditedError, SchemaTooNewError
from crewlab.store.file_copy import copy_database

FOLDER = Path(__file__).parent / "migrations"

_JOURNAL = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number INTEGER PRIMARY KEY, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, applied_at TIMESTAMPTZ NOT NULL
)
"""


@dataclass(frozen=True)
class Migration:
    """One SQL file, `0001_what_it_does.sql`."""

    path: Path

    @property
    def number(self) -> int:
        return int(self.path.name[:4])

    @cached_property
    def sql(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """All migrations of this program, in order."""
    return [Migration(path) for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))]


def migrate(connection: duckdb.DuckDBPyConnection, file: Path, folder: Path = FOLDER) -> None:
    """Apply what `file` lacks, each migration in a transaction of its own, after a backup beside the file.

    Raises:
        SchemaTooNewError: The file has migrations that this program does not know.
        MigrationEditedError: A migration was changed after it had been applied.
    """
    connection.execute(_JOURNAL)
    applied = dict(connection.execute("SELECT number, sha256 FROM schema_migrations").fetchall())
    known = migrations(folder)
    _check(applied, known, file)
    missing = [migration for migration in known if migration.number not in applied]
    if missing and applied:
        connection.execute("CHECKPOINT")
        copy_database(file, file.parent / "backups" / f"before-{missing[0].number:04d}.duckdb")
    for migration in missing:
        _apply(connection, migration)


def _check(applied: dict[int, str], known: list[Migration], file: Path) -> None:
    newest = max((migration.number for migration in known), default=0)
    if applied and max(applied) > newest:
        raise SchemaTooNewError(
            f"{str(file)!r} has schema {max(applied)}, and this CrewLab knows up to {newest}.",
            "Update CrewLab, or give CREWLAB_DATA another folder.",
        )
    for migration in known:
        if applied.get(migration.number, migration.sha256) != migration.sha256:
            raise MigrationEditedError(
                f"{migration.path.name} is not what was applied to {str(file)!r}.",
                "Restore that file as it was, and put the change into a new migration.",
            )


def _apply(connection: duckdb.DuckDBPyConnection, migration: Migration) -> None:
    connection.begin()
    try:
        for statement in connection.extract_statements(migration.sql):
            connection.execute(statement)
        connection.execute(
            "INSERT INTO schema_migrations VALUES (?, ?, ?, now())",
            [migration.number, migration.path.name, migration.sha256],
        )
        connection.commit()
    except duckdb.Error:
        connection.rollback()
        raise
