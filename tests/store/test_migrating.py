"""Schemas go forward only, by files that are never edited, and never without a copy of what was there."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from crewlab.errors import MigrationEditedError, SchemaTooNewError
from crewlab.store.database import Database
from crewlab.store.migrating import FOLDER, migrations


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The migrations of the program, in a folder that a test may change."""
    return Path(shutil.copytree(FOLDER, tmp_path / "migrations"))


def _tables(database: Database) -> set[str]:
    return {name for (name,) in database.rows("SELECT table_name FROM duckdb_tables()")}


def test_numbers_have_no_gaps():
    """Migrations are numbered 1, 2, 3 and so on."""
    assert [migration.number for migration in migrations()] == list(range(1, len(migrations()) + 1))


def test_newer_schema_is_refused(data: Path, folder: Path):
    """A file of a newer program is not touched."""
    (folder / "0099_future.sql").write_text("CREATE TABLE future (a INTEGER);")
    Database.open(data, folder).close()
    with pytest.raises(SchemaTooNewError, match="has schema 99") as refused:
        Database.open(data)
    assert "Update CrewLab" in refused.value.hint


def test_edited_migration_is_refused(data: Path, folder: Path):
    """A migration that was changed after it had been applied is named."""
    Database.open(data, folder).close()
    path = folder / "0001_tables.sql"
    path.write_text(path.read_text() + "\n-- harmless?")
    with pytest.raises(MigrationEditedError, match=r"0001_tables\.sql"):
        Database.open(data, folder)


def test_backup_before_migrating(data: Path, folder: Path):
    """Before an existing file is changed, a copy of it that opens is laid beside it."""
    Database.open(data, folder).close()
    assert not (data / "backups").exists()
    (folder / "0099_next.sql").write_text("CREATE TABLE next_one (a INTEGER); INSERT INTO next_one VALUES (1);")
    database = Database.open(data, folder)
    assert database.rows("SELECT a FROM next_one") == [(1,)]
    database.close()
    with duckdb.connect(str(data / "backups" / "before-0099.duckdb"), read_only=True) as backup:
        names = {name for (name,) in backup.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert "executions" in names
    assert "next_one" not in names


def test_failing_migration_changes_nothing(data: Path, folder: Path):
    """A migration that fails half way leaves the file as it was, and it can be opened again."""
    Database.open(data, folder).close()
    broken = folder / "0099_broken.sql"
    broken.write_text("CREATE TABLE half (a INTEGER); INSERT INTO nowhere VALUES (1);")
    with pytest.raises(duckdb.CatalogException):
        Database.open(data, folder)
    broken.unlink()
    database = Database.open(data, folder)
    assert "half" not in _tables(database)
    database.close()


def test_no_index_and_no_foreign_key(data: Path):
    """Neither secondary indexes nor foreign keys: both make updates and later migrations fragile in DuckDB."""
    database = Database.open(data)
    assert database.rows("SELECT index_name FROM duckdb_indexes()") == []
    kinds = database.rows("SELECT DISTINCT constraint_type FROM duckdb_constraints()")
    assert {kind for (kind,) in kinds} <= {"PRIMARY KEY", "NOT NULL"}
    database.close()
