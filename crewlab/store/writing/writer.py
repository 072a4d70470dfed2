"""The only thread that writes: it commits what has arrived, in order, and answers those who wait."""

from __future__ import annotations

import concurrent.futures.thread  # noqa: F401 - pandas imports it at the first batch, and at exit that is refused
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

import duckdb

from crewlab.errors import CrewLabError, StoreClosedError, StoreError
from crewlab.executions.events import BaseEvent
from crewlab.store.database import Database
from crewlab.store.table import warm_up
from crewlab.store.writing.commands import Barrier, Call, Command
from crewlab.store.writing.dead_letters import DeadLetters
from crewlab.store.writing.inbox import Inbox, Item
from crewlab.store.writing.listeners import Listeners
from crewlab.store.writing.round import Round
from crewlab.store.writing.states import States
from crewlab.store.writing.transactions import Transactions

T = TypeVar("T")
log = logging.getLogger(__name__)

_LAST_EVENT = "SELECT coalesce(max(event_id), 0) FROM events"
_LAST_CALL = "SELECT number FROM last_command"
_COUNT_CALL = "UPDATE last_command SET number = ?"


class Writer:
    """A non-daemon thread: a daemon inside DuckDB at the end of the interpreter would abort the process."""

    def __init__(self, database: Database, window_seconds: float) -> None:
        self._inbox = Inbox(window_seconds)
        self._states = States()
        self._dead_letters = DeadLetters(database.data / "dead_letter.jsonl")
        self._transactions = Transactions(database)
        self._last_event_id = _number(self._transactions.cursor, _LAST_EVENT)
        self._last_call = _number(self._transactions.cursor, _LAST_CALL)
        self._is_warm = False
        self.listeners = Listeners()
        self._thread = threading.Thread(target=self._run, name="crewlab-store-writer", daemon=False)
        self._thread.start()

    @property
    def health(self) -> str:
        """`ok`, `degraded: why` while nothing can be written, or `reopening`."""
        return self._transactions.health

    def append(self, events: Sequence[BaseEvent]) -> None:
        """Store events within the window; blocks only when very many wait already.

        Raises:
            StoreClosedError: The store is closing.
        """
        self._inbox.put_events(events)

    def submit(self, command: Command[T]) -> Future[T]:
        """Have a command carried out at once; the future answers when it is durable.

        Raises:
            StoreClosedError: The store is closing.
        """
        self._inbox.put(command)
        return command.answer

    def call(self, function: Callable[[duckdb.DuckDBPyConnection], T], *, in_transaction: bool = True) -> T:
        """Run a function of the cursor in the writer thread, in a transaction of its own, and wait for it."""
        return self.submit(Call(function, in_transaction=in_transaction)).result()

    def flush(self, timeout_seconds: float) -> bool:
        """Wait until everything given so far is durable; False when that took too long."""
        try:
            self.submit(Barrier()).result(timeout_seconds)
        except TimeoutError:
            return False
        return True

    def close(self, timeout_seconds: float) -> None:
        """Write what waits and end the thread; what cannot be written by then goes to the dead letters."""
        self._inbox.close()
        self._thread.join(timeout_seconds)
        self._transactions.give_up()
        self._thread.join()

    # From here on: the thread.

    def _run(self) -> None:
        while items := self._inbox.take():
            for group in _groups(items):
                if isinstance(group, Call):
                    error = self._outcome(partial(self._carry_out, group))
                else:
                    error = self._outcome(partial(self._commit, group))
                if error is not None:
                    self._survive(group, error)
        self._transactions.close()

    @staticmethod
    def _survive(group: Call[Any] | list[Item], error: Exception) -> None:
        """Something was not foreseen. Whoever waits is told: a writer that had died would leave all of them waiting."""
        log.critical("the writer goes on after an error that was not foreseen", exc_info=error)
        for item in [group] if isinstance(group, Call) else group:
            if isinstance(item, Command) and not item.answer.done():
                item.answer.set_exception(_as_store_error(error))

    def _commit(self, items: list[Item]) -> None:
        """Write `items` in one transaction; what is itself wrong is singled out."""
        rounds: list[Round] = []  # the last one is the one that was committed

        def write(cursor: duckdb.DuckDBPyConnection) -> None:
            self._states.begin()
            rounds.append(Round(cursor, self._states, self._last_event_id + 1))
            rounds[-1].fold(items)
            rounds[-1].write()

        error = self._outcome(
            lambda: self._transactions.run(write, lambda cursor: _number(cursor, _LAST_EVENT) > self._last_event_id)
        )
        if error is None:
            self._settle(rounds[-1])
        elif isinstance(error, StoreClosedError):
            self._refuse(items, error)
        else:
            self._single_out(items, error)
        self._warm_up()

    def _warm_up(self) -> None:
        """After the first commit, and not before: a process that only reads never pays for it."""
        if not self._is_warm and not self._inbox.is_closed:
            self._outcome(warm_up)
        self._is_warm = True

    def _settle(self, done: Round) -> None:
        """Give out the answers of a round that is durable."""
        if self.listeners:
            self._outcome(lambda: self.listeners.tell(done.events, self._states.owner_of))
        self._states.commit()
        self._last_event_id = done.last_event_id
        self._dead_letters.add(done.strangers, "no such execution")
        for command, answer in done.answers:
            command.answer.set_result(answer)

    def _single_out(self, items: list[Item], error: Exception) -> None:
        """Halve a batch that cannot be written until only what is wrong is left."""
        if len(items) == 1:
            self._refuse(items, error)
            return
        middle = len(items) // 2
        self._commit(items[:middle])
        self._commit(items[middle:])

    def _refuse(self, items: list[Item], error: Exception) -> None:
        events = [item for item in items if isinstance(item, BaseEvent)]
        self._dead_letters.add(events, f"{type(error).__name__}: {error}")
        for item in items:
            if not isinstance(item, BaseEvent):
                item.answer.set_exception(_as_store_error(error))

    def _carry_out(self, call: Call[Any]) -> None:
        """Run a function in a transaction of its own; its failure is the caller's to see."""
        answers: list[Any] = []
        number = self._last_call + 1

        def work(cursor: duckdb.DuckDBPyConnection) -> None:
            answers.append(call.function(cursor))
            cursor.execute(_COUNT_CALL, [number])

        def run() -> None:
            if call.in_transaction:
                self._transactions.run(work, lambda cursor: _number(cursor, _LAST_CALL) == number)
                self._last_call = number
            else:
                answers.append(call.function(self._transactions.cursor))

        error = self._outcome(run)
        if error is None:
            call.answer.set_result(answers[-1])
        else:
            call.answer.set_exception(_as_store_error(error))

    @staticmethod
    def _outcome(work: Callable[[], None]) -> Exception | None:
        """Do it, and return what was wrong with it, if anything."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 - what is wrong with one batch must not take the writer down
            return error
        return None


def _groups(items: list[Item]) -> Iterator[Call[Any] | list[Item]]:
    """Neighbours that share a transaction; calls stand alone, and the order is kept."""
    group: list[Item] = []
    for item in items:
        if isinstance(item, Call):
            if group:
                yield group
                group = []
            yield item
        else:
            group.append(item)
    if group:
        yield group


def _number(cursor: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(cursor.execute(sql).fetchall()[0][0])


def _as_store_error(error: Exception) -> CrewLabError:
    if isinstance(error, CrewLabError):
        return error
    wrapped = StoreError(f"The store refused this: {str(error).partition(chr(10))[0][:300]}.")
    wrapped.__cause__ = error
    return wrapped
