"""The one DuckDB instance of the process: opened hardened, read through short-lived cursors, reopened when it dies."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from crewlab.errors import StoreClosedError, StoreError, StoreLockedError
from crewlab.store.lock import StoreLock
from crewlab.store.migrating import FOLDER, migrate

log = logging.getLogger(__name__)

DEAD = (duckdb.FatalException, duckdb.InternalException, duckdb.ConnectionException)
"""Raised when the instance is no longer usable by anybody: close it and open the file again."""

_READ_ATTEMPTS = 3

T = TypeVar("T")


class Database:
    """Owns the file, the lock of its folder and the instance; hands out cursors to any thread."""

    def __init__(self, data: Path, lock: StoreLock, migrations: Path) -> None:
        self.data = data
        self.path = data / "crewlab.duckdb"
        self.snapshots = data / "snapshots"
        self._lock = lock
        self._migrations = migrations
        self._gate = threading.RLock()
        self._live: set[duckdb.DuckDBPyConnection] = set()
        self._closed = False
        self.generation = 0
        """How often the file was opened; `reopen` takes the one that was seen dying."""
        self._root = self._connect()

    @classmethod
    def open(cls, data: Path, migrations: Path = FOLDER) -> Database:
        """Lock the folder, open the file and bring its schema up to date.

        Raises:
            StoreLockedError: Another process holds the folder or the file.
            SchemaTooNewError: A newer CrewLab made the file.
            MigrationEditedError: A migration was edited after it had been applied.
            StoreError: The file is damaged or cannot be written.
        """
        try:
            data.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = StoreLock.take(data / "crewlab.lock")
        except OSError as error:
            raise StoreError(
                f"The data folder {str(data)!r} cannot be used: {error.strerror}.",
                "`python -m crewlab doctor` looks at the folder and the disk; CREWLAB_DATA names another folder.",
            ) from error
        try:
            return cls(data.resolve(), lock, migrations)
        except BaseException:  # raised again: the folder stays free for the next try
            lock.release()
            raise

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for one thread and one piece of work; always closed afterwards."""
        cursor = self.new_cursor()
        try:
            yield cursor
        finally:
            self.close_cursor(cursor)

    def new_cursor(self) -> duckdb.DuckDBPyConnection:
        with self._gate:
            if self._closed:
                raise StoreClosedError("The store is closed.", "Open the lab again.")
            cursor = self._root.cursor()
            self._live.add(cursor)
        return cursor

    def close_cursor(self, cursor: duckdb.DuckDBPyConnection) -> None:
        with self._gate:
            self._live.discard(cursor)
        with suppress(duckdb.Error):
            cursor.close()

    def rows(self, sql: str, parameters: object = None) -> list[tuple[Any, ...]]:
        """All rows of one read. A read that dies with the instance is done again on the next one."""
        return self._read(lambda cursor: cursor.execute(sql, parameters).fetchall())

    def table(self, sql: str, parameters: object = None) -> pa.Table:
        """All rows of one read as an Arrow table."""
        return self._read(lambda cursor: cursor.sql(sql, params=parameters).to_arrow_table())

    def _read(self, fetch: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        for attempt in range(1, _READ_ATTEMPTS + 1):
            generation = self.generation
            try:
                with self.cursor() as cursor:
                    return fetch(cursor)
            except (*DEAD, duckdb.InterruptException) as error:
                if attempt == _READ_ATTEMPTS or self._closed:
                    raise StoreError("The store could not be read.", str(error)[:300]) from error
                self.reopen(generation)
        raise AssertionError("unreachable")

    def reopen(self, seen: int) -> None:
        """Open the file again, unless somebody has done so since generation `seen`."""
        with self._gate:
            if self.generation != seen or self._closed:
                return
            log.error("reopening the database after a fatal error")
            self._close_instance()
            self._root = self._connect()

    def close(self) -> None:
        """Interrupt reads, close the instance and unlock the folder. Doing it twice is harmless."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._close_instance()
                self._lock.release()

    def _close_instance(self) -> None:
        for cursor in list(self._live):
            with suppress(duckdb.Error):
                cursor.interrupt()
        self._live.clear()
        for _ in range(100):
            try:
                self._root.close()
                return
            except duckdb.Error:  # a read has not noticed its interruption yet
                time.sleep(0.01)

    def _connect(self) -> duckdb.DuckDBPyConnection:
        connection = _connect(self.path)
        try:
            migrate(connection, self.path, self._migrations)
            _harden(connection, [self.snapshots, self.data / "tmp"])
        except BaseException:  # raised again: a file that cannot be used is not held open
            connection.close()
            raise
        self.generation += 1
        return connection


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    config = {
        "python_enable_replacements": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "memory_limit": "2GB",
        "checkpoint_threshold": "4MB",  # a checkpoint holds up the writer: four short ones rather than a long one
        "temp_directory": str(path.parent / "tmp"),
        "max_temp_directory_size": "4GB",
    }
    try:
        return duckdb.connect(str(path), config=config)  # type: ignore[arg-type]  # the stub wants a wider dict type
    except duckdb.Error as error:
        raise _not_opened(path, error) from error


def _harden(connection: duckdb.DuckDBPyConnection, folders: list[Path]) -> None:
    """No SQL of this instance can touch files outside `folders` or change the settings back. Order matters."""
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET allowed_configs = ['max_execution_time', 'operator_memory_limit']")
    names = ", ".join("'" + str(folder).replace("'", "''") + "'" for folder in folders)
    connection.execute(f"SET allowed_directories = [{names}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _not_opened(path: Path, error: duckdb.Error) -> StoreError:
    reason = str(error).partition("\n")[0][:300]
    if "Could not set lock" in reason:
        return StoreLockedError(
            f"Another program has {str(path)!r} open: {reason}", "Close it there; a copy made by a snapshot stays free."
        )
    return StoreError(
        f"{str(path)!r} could not be opened: {reason}",
        "Put a snapshot or backup in its place, or give CREWLAB_DATA another folder.",
    )
