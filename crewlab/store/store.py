"""The store of one data folder: everything durable, in one DuckDB file that this process alone holds."""

from __future__ import annotations

import shutil
import threading
import weakref
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from crewlab.executions.identity import new_id
from crewlab.store.database import Database
from crewlab.store.definition_store import DefinitionStore
from crewlab.store.event_store import EventStore
from crewlab.store.execution_store import ExecutionStore
from crewlab.store.file_copy import copy_database
from crewlab.store.questions import QuestionReads
from crewlab.store.reading.frames import Frames
from crewlab.store.reading.step_reads import StepReads
from crewlab.store.writing.writer import Writer

_CLOSE_AT_EXIT_SECONDS = 5.0


class Store:
    """Reads from any thread, writes through one. Open it with `Store.open`."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database, self._writer = database, writer
        self.definitions = DefinitionStore(database, writer)
        self.executions = ExecutionStore(database, writer)
        self.events = EventStore(database, writer)
        self.questions = QuestionReads(database)
        self.steps = StepReads(database)
        self.frames = Frames(database)

    @classmethod
    def open(cls, data: Path, *, window_seconds: float = 0.05) -> Store:
        """Open the store in the folder `data`, which is made if it does not exist.

        `window_seconds` is the longest time that events wait for company before they are written.
        It is closed by `close`, or by itself when the interpreter ends.

        Raises:
            StoreLockedError: Another process holds it.
            SchemaTooNewError: A newer CrewLab made it.
            MigrationEditedError: A migration was edited after it had been applied.
            StoreError: The file is damaged or cannot be written.
        """
        database = Database.open(data)
        try:
            store = cls(database, Writer(database, window_seconds))
        except BaseException:  # raised again: a store that did not open holds no file
            database.close()
            raise
        _close_at_exit(store)
        return store

    @property
    def health(self) -> str:
        """`ok`, `degraded: why` while nothing can be written (it keeps trying), or `reopening`."""
        return self._writer.health

    def free_bytes(self) -> int:
        """Free space on the disk of the data folder."""
        return shutil.disk_usage(self._database.data).free

    def snapshot(self) -> Path:
        """Copy the database into a new file in `snapshots/`, which any program may open, and return its path.

        Everything given to the store before is in it.

        Raises:
            StoreError: The copy could not be made.
        """
        target = self._database.snapshots / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{new_id()[-8:]}.duckdb"
        return self._writer.call(lambda cursor: _copy(cursor, self._database.path, target), in_transaction=False)

    def close(self, timeout_seconds: float = 5.0) -> None:
        """Write what waits and let the file go. Doing it twice is harmless.

        What cannot be written within the time, because the disk is full, goes to `dead_letter.jsonl`.
        """
        self._writer.close(timeout_seconds)
        self._database.close()


def _copy(cursor: duckdb.DuckDBPyConnection, source: Path, target: Path) -> Path:
    """Copy between two transactions: nothing is committed meanwhile, and checkpoints happen only at commits."""
    with suppress(duckdb.TransactionException):  # a reader still needs an older state: the copy takes the log along
        cursor.execute("CHECKPOINT")
    return copy_database(source, target)


def _close_at_exit(store: Store) -> None:
    """Close `store` when the interpreter ends, before it waits for the writer thread.

    `atexit` is too late for that: it runs after all non-daemon threads have been joined.
    """
    reference = weakref.ref(store)

    def close() -> None:
        if (still_there := reference()) is not None:
            still_there.close(_CLOSE_AT_EXIT_SECONDS)

    threading._register_atexit(close)  # type: ignore[attr-defined]  # private, and what concurrent.futures uses too
