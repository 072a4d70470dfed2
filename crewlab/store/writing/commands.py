"""What callers ask of the writer, each with the future that answers once it is durable."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import duckdb

from crewlab.executions.batch import NewBatch
from crewlab.executions.execution import Claim, Move, NewExecution, StoredTask
from crewlab.executions.launch import LaunchOptions
from crewlab.executions.status import ExecutionStatus
from crewlab.executions.steps import FinishedStep
from crewlab.store.reading.records import claim_of
from crewlab.store.text import json_text, model_json, visible_or_none
from crewlab.store.writing import rows_of_launches

if TYPE_CHECKING:
    from crewlab.store.writing.execution_state import ExecutionState
    from crewlab.store.writing.round import Round

T = TypeVar("T")


class Command(ABC, Generic[T]):
    """Something to do to executions, together with whatever else arrives at the same time."""

    execution_ids: Collection[str] = ()
    """Executions whose state `apply` needs."""
    is_urgent = True
    """Whether somebody waits for it; else it has the time of an event."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)
        self.answer: Future[T] = Future()
        self.answer.set_running_or_notify_cancel()  # from here on it happens; who stops waiting changes nothing

    @abstractmethod
    def apply(self, rows: Round) -> T:
        """Do it in memory, add what has to be written to `rows`, and return the answer."""


class Add(Command[None]):
    """Put executions, and their batch if they have one, into the queue."""

    def __init__(
        self,
        executions: Sequence[NewExecution],
        batch: NewBatch | None,
        given: Mapping[str, Sequence[StoredTask]],
        given_steps: Mapping[str, Sequence[FinishedStep]],
        *,
        is_urgent: bool,
    ) -> None:
        super().__init__()
        self.is_urgent = is_urgent
        self._executions, self._batch = executions, batch
        self._given, self._given_steps = given, given_steps

    def apply(self, rows: Round) -> None:
        rows_of_launches.add(rows, self._executions, self._batch, self._given, self.at)
        rows_of_launches.give_steps(rows, self._given_steps)


class TakeClaim(Command[Claim | None]):
    """Compare-and-set `pending` to `preparing`; whoever comes second gets `None`."""

    def __init__(self, execution_id: str, attempt: int, message: str) -> None:
        super().__init__()
        self.execution_ids = (execution_id,)
        self._execution_id, self._attempt, self._message = execution_id, attempt, message

    def apply(self, rows: Round) -> Claim | None:
        state = rows.states.get(self._execution_id)
        if state is None or not state.may_become(ExecutionStatus.PREPARING, self._attempt):
            return None
        rows.move(state, ExecutionStatus.PREPARING, self.at, self._message)
        return claim_of(state, rows.states.document_of(state))


class MoveStatus(Command[bool]):
    """Move an execution, if the move is legal and the attempt is the current one."""

    def __init__(self, move: Move, *, is_urgent: bool) -> None:
        super().__init__()
        self.execution_ids = (move.execution_id,)
        self.is_urgent = is_urgent
        self._move = move

    def apply(self, rows: Round) -> bool:
        move, state = self._move, rows.states.get(self._move.execution_id)
        if state is None or not state.may_become(move.status, move.attempt):
            return False
        if move.status.is_terminal:
            state.output = visible_or_none(move.output)
            state.output_json = None if move.output_json is None else json_text(move.output_json)
            state.error = None if move.error is None else model_json(move.error, set())
        rows.move(state, move.status, self.at, move.message, move.reason)
        return True


class Resume(Command[list[tuple[str, int]]]):
    """Queue the next attempt of those executions that ended without completing, some limits changed."""

    def __init__(self, execution_ids: Sequence[str], owner: str, message: str, limits: Mapping[str, Any]) -> None:
        super().__init__()
        self.execution_ids = tuple(execution_ids)
        self._owner, self._message, self._limits = owner, message, limits

    def apply(self, rows: Round) -> list[tuple[str, int]]:
        resumed = []
        for execution_id in dict.fromkeys(self.execution_ids):
            state = rows.states.get(execution_id)
            if state is not None and state.fixed["owner"] == self._owner and state.is_resumable:
                if self._limits:
                    _change_options(state, rows, self._limits)
                self._ask_again(state, rows)
                rows.move(state, ExecutionStatus.PENDING, self.at, self._message)
                resumed.append((execution_id, state.attempt))
        return resumed

    def _ask_again(self, state: ExecutionState, rows: Round) -> None:
        """Questions that nobody answered get their whole time again, also those that failed it for that."""
        for task in list(state.parked.values()):
            if task.answer is None or task.answer.decision == "fail":
                seconds = task.timeout_seconds
                deadline = None if seconds is None else self.at + timedelta(seconds=seconds)
                rows.ask_again(state, task, deadline)


class Interrupt(Command[int]):
    """Mark executions whose process is going away; those that have ended, or wait for a person, stay."""

    def __init__(self, execution_ids: Sequence[str], message: str) -> None:
        super().__init__()
        self.execution_ids = tuple(execution_ids)
        self._message = message

    def apply(self, rows: Round) -> int:
        interrupted = 0
        for execution_id in dict.fromkeys(self.execution_ids):
            state = rows.states.get(execution_id)
            if state is not None and state.may_become(ExecutionStatus.INTERRUPTED, state.attempt):
                rows.move(state, ExecutionStatus.INTERRUPTED, self.at, self._message)
                interrupted += 1
        return interrupted


class SetPriority(Command[int]):
    """Change the priority of executions that are still in the queue."""

    def __init__(self, execution_ids: Sequence[str], owner: str, priority: int) -> None:
        super().__init__()
        self.execution_ids = tuple(execution_ids)
        self._owner, self._priority = owner, priority

    def apply(self, rows: Round) -> int:
        changed = 0
        for execution_id in dict.fromkeys(self.execution_ids):
            state = rows.states.get(execution_id)
            pending = state is not None and state.status is ExecutionStatus.PENDING
            if state is not None and pending and state.fixed["owner"] == self._owner:
                state.fixed["priority"] = self._priority
                _change_options(state, rows, {"priority": self._priority})
                changed += 1
        return changed


class Barrier(Command[None]):
    """Answers when everything that was given to the writer before it is durable."""

    def apply(self, rows: Round) -> None:
        return None


class Call(Command[T]):
    """A function of the cursor, run in a transaction of its own."""

    def __init__(self, function: Callable[[duckdb.DuckDBPyConnection], T], *, in_transaction: bool = True) -> None:
        super().__init__()
        self.function = function
        self.in_transaction = in_transaction

    def apply(self, rows: Round) -> T:
        raise AssertionError("a call runs in a transaction of its own")


def _change_options(state: ExecutionState, rows: Round, changes: Mapping[str, Any]) -> None:
    options = LaunchOptions.model_validate_json(state.fixed["options"]).model_copy(update=dict(changes))
    state.fixed["options"] = model_json(options, set())
    rows.changed_options.append((state.execution_id, state.fixed["options"], state.fixed["priority"]))
