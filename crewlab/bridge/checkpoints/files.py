"""Checkpoints as crewAI's own storage keeps them: a folder of JSON files, or a database of SQLite."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from crewai.state.provider.json_provider import JsonProvider
from crewai.state.provider.sqlite_provider import SqliteProvider

_TABLE = """CREATE TABLE IF NOT EXISTS checkpoints (
    id TEXT PRIMARY KEY, created_at TEXT NOT NULL, parent_id TEXT, branch TEXT NOT NULL DEFAULT 'main',
    data JSONB NOT NULL
)"""
_ROW = "INSERT INTO checkpoints (id, created_at, parent_id, branch, data) VALUES (?, ?, ?, ?, ?)"


class TextInSqlite(SqliteProvider):
    """crewAI's, with plain JSON in the column, which it reads as well.

    What crewAI itself writes is `jsonb(…)`, which SQLite before 3.45 does not have.
    """

    def checkpoint(self, data: str, location: str, *, parent_id: str | None = None, branch: str = "main") -> str:
        """Add a row; where it is, as crewAI restores it."""
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        row_id = f"{now}_{uuid4().hex[:8]}"
        Path(location).parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(location)) as connection, connection:
            connection.execute(_TABLE)
            connection.execute(_ROW, (row_id, now, parent_id, branch, data))
        return f"{location}#{row_id}"


PROVIDERS: dict[str, JsonProvider | SqliteProvider] = {"json": JsonProvider(), "sqlite": TextInSqlite()}
