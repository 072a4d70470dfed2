"""The file that memories and prepared knowledge are kept in: an SQLite database of its own beside the store's.

A connection for each use, so that any thread may use it and one that is given up leaves nothing behind: what it had
not committed is rolled back. Writers take turns; readers never wait for them.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from crewlab.errors import MemoryStoreError

_WAIT_SECONDS = 30.0
_FIRST = """
CREATE TABLE memories (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    memory_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    definition TEXT NOT NULL,
    keeper TEXT NOT NULL,
    scope TEXT NOT NULL,
    execution_id TEXT NOT NULL,
    task_index INTEGER NOT NULL,
    task_name TEXT NOT NULL,
    agent TEXT NOT NULL,
    content TEXT NOT NULL,
    embedder TEXT NOT NULL,
    vector BLOB NOT NULL,
    created_at REAL NOT NULL,
    published_at REAL
);
CREATE INDEX memories_of_executions ON memories (execution_id, task_index);
CREATE INDEX memories_of_definitions ON memories (owner, definition, keeper) WHERE published_at IS NOT NULL;
CREATE TABLE pieces (
    source TEXT NOT NULL,
    number INTEGER NOT NULL,
    content TEXT NOT NULL,
    vectors BLOB NOT NULL,
    PRIMARY KEY (source, number)
) WITHOUT ROWID;
"""
_SECOND = """
ALTER TABLE memories ADD COLUMN retired_at REAL;
CREATE TABLE replaced (
    execution_id TEXT NOT NULL,
    task_index INTEGER NOT NULL,
    memory INTEGER NOT NULL,
    PRIMARY KEY (execution_id, task_index, memory)
) WITHOUT ROWID;
"""
"""What a task has rewritten or given up; it counts for those who stand on the task, and for others once published."""
_THIRD = """
CREATE TABLE other_vectors (
    memory INTEGER NOT NULL,
    maker TEXT NOT NULL,
    made BLOB NOT NULL,
    PRIMARY KEY (memory, maker)
);
CREATE TRIGGER forget_other_vectors AFTER DELETE ON memories BEGIN
    DELETE FROM other_vectors WHERE memory = old.id;
END;
"""
"""What embedders have made of memories that others had kept: those who share a storage need not agree on one."""
_VERSIONS = (_FIRST, _SECOND, _THIRD)


class Database:
    """The file, made at the first use."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._is_ready = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to read with.

        Raises:
            MemoryStoreError: The file cannot be used.
        """
        self._prepare()
        with self._told(), closing(self._connected()) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection within one transaction: all of it is kept, or, when an exception leaves, none.

        Raises:
            MemoryStoreError: The file cannot be used.
        """
        self._prepare()
        with self._told(), closing(self._connected()) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=_WAIT_SECONDS, isolation_level=None)
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            hint = "Is the disk full, or is the file damaged? Without it, agents begin to remember anew."
            raise MemoryStoreError(f"The memories in {self.path} cannot be used: {error}.", hint) from error

    def _prepare(self) -> None:
        with self._lock:
            if not self._is_ready:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with self._told(), closing(self._connected()) as connection:
                    connection.execute("PRAGMA journal_mode = WAL")
                    self._make_tables(connection)
                self.path.chmod(0o600)
                self._is_ready = True

    def _make_tables(self, connection: sqlite3.Connection) -> None:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(_VERSIONS):
            raise MemoryStoreError(f"{self.path} was made by a newer CrewLab.", "Use that one, or move the file away.")
        if version < len(_VERSIONS):
            missing = " ".join(_VERSIONS[version:])
            connection.executescript(f"BEGIN IMMEDIATE; {missing} PRAGMA user_version = {len(_VERSIONS)}; COMMIT;")
