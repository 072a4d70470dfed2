"""Makes one piece of work durable, exactly once, whatever the database does meanwhile."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress

import duckdb

from crewlab.errors import StoreClosedError, StoreError
from crewlab.store.database import DEAD, Database

log = logging.getLogger(__name__)

_MAY_PASS = (duckdb.TransactionException, duckdb.IOException, duckdb.OutOfMemoryException)
"""Raised by a full disk or a lack of memory: nothing is wrong with what was to be written."""
_FIRST_WAIT, _LONGEST_WAIT = 0.05, 2.0
_MOST_DEATHS = 3

Cursor = duckdb.DuckDBPyConnection


class Transactions:
    """The cursor of the writer thread, and what to do when a transaction does not go through.

    A full disk: the same work is tried again until there is room. An instance that died: the file is reopened,
    and the work is done again unless it turns out to be durable. Anything else is raised: the work itself is wrong.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._generation = database.generation
        self._give_up = threading.Event()
        self.cursor: Cursor = database.new_cursor()
        self.health = "ok"

    def give_up(self) -> None:
        """From now on, fail with `StoreClosedError` instead of waiting for better times."""
        self._give_up.set()

    def close(self) -> None:
        self._database.close_cursor(self.cursor)

    def run(self, work: Callable[[Cursor], None], is_durable: Callable[[Cursor], bool]) -> None:
        """Do `work` in a transaction and commit it. `is_durable` says, after a death, whether it was committed.

        Raises:
            StoreClosedError: It could not be written before the store had to close.
            Exception: Whatever `work` raised because of what it was given.
        """
        wait, deaths = _FIRST_WAIT, 0
        while True:
            try:
                self._try(work)
            except DEAD as error:
                deaths += 1
                self._reopen(error)
                if is_durable(self.cursor):
                    break
                if deaths == _MOST_DEATHS:
                    raise
            except _MAY_PASS as error:
                if "constraint" in str(error).lower():
                    raise
                self._say_degraded(error)
            else:
                break
            self._wait(wait)
            wait = min(2 * wait, _LONGEST_WAIT)
        self.health = "ok"

    def _try(self, work: Callable[[Cursor], None]) -> None:
        self.cursor.begin()
        try:
            work(self.cursor)
            self.cursor.commit()
        except BaseException:  # raised again: half of a transaction is never kept
            with suppress(duckdb.Error):
                self.cursor.rollback()
            raise

    def _reopen(self, error: duckdb.Error) -> None:
        log.error("the database died: %s", error)
        self.health = "reopening"
        wait = _FIRST_WAIT
        while True:
            try:
                self._database.reopen(self._generation)
                self._generation = self._database.generation
                self.cursor = self._database.new_cursor()
                return
            except (StoreError, duckdb.Error) as failure:
                log.error("the database could not be reopened: %s", failure)
            self._wait(wait)
            wait = min(2 * wait, _LONGEST_WAIT)

    def _say_degraded(self, error: duckdb.Error) -> None:
        reason = str(error).partition("\n")[0][:200]
        if self.health == "ok":
            log.error("nothing can be written at the moment, trying again: %s%s", reason, _remedy(reason))
        self.health = f"degraded: {reason}"

    def _wait(self, seconds: float) -> None:
        if self._give_up.wait(seconds):
            raise StoreClosedError("The store was closed before this could be written.", "Is the disk full?")


def _remedy(reason: str) -> str:
    """What a person can do, where that is known."""
    is_full = any(sign in reason.lower() for sign in ("no space left", "disk full", "out of disk", "quota exceeded"))
    return ". Free some space on this disk: nothing is lost, and it goes on by itself" if is_full else ""
