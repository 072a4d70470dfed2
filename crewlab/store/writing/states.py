"""The states of the executions that are in flight, kept by the writer thread between transactions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import duckdb

from crewlab.executions.launch import LaunchOptions
from crewlab.executions.status import IN_FLIGHT, ExecutionStatus
from crewlab.store import tables
from crewlab.store.begun_tasks import begun_tasks
from crewlab.store.questions import parked_tasks
from crewlab.store.reading.finished_tasks import finished_tasks
from crewlab.store.reading.histories import histories
from crewlab.store.reading.plans import plans_made
from crewlab.store.reading.scored_tasks import scored_tasks
from crewlab.store.writing.execution_state import ExecutionState, TaskState, task_from
from crewlab.store.writing.step_state import Call, StepState, step_from

_COLUMNS = (*tables.FIXED, *tables.MOVING)
_LOAD = f"SELECT {', '.join(_COLUMNS)} FROM executions WHERE execution_id "
_ONE, _MANY = "= ?", "IN (SELECT unnest(?))"
_TASKS_OF_ATTEMPT = f"""
SELECT {", ".join(f"t.{column}" for column in tables.TASK)}
FROM tasks t JOIN executions e ON e.execution_id = t.execution_id AND e.attempt = t.attempt
WHERE t.execution_id IN (SELECT unnest(?))
ORDER BY t.started_at
"""
_STEPS_OF_ATTEMPT = f"""
SELECT {", ".join(f"s.{column}" for column in tables.STEP)}
FROM steps s JOIN executions e ON e.execution_id = s.execution_id AND e.attempt = s.attempt
WHERE s.execution_id IN (SELECT unnest(?))
ORDER BY s.started_at
"""
_STEP = (
    f"SELECT {', '.join(tables.STEP)} FROM steps "
    "WHERE execution_id = ? AND attempt = ? AND step = ? AND call_number = ?"
)
_TASK = f"SELECT {', '.join(tables.TASK)} FROM tasks WHERE execution_id = ? AND attempt = ? AND task_index = ?"
_LAST_SEQUENCES = """
SELECT v.execution_id, max(v.sequence) FROM events v
JOIN executions e ON e.execution_id = v.execution_id AND e.attempt = v.attempt
WHERE v.execution_id IN (SELECT unnest(?)) GROUP BY ALL
"""
_DOCUMENTS = "SELECT document_hash, document FROM documents WHERE document_hash IN (SELECT unnest(?))"
_DOCUMENTS_KEPT = 256
_RESTING = (ExecutionStatus.WAITING, ExecutionStatus.PENDING)
_MAY_HAVE_ASKED = frozenset(ExecutionStatus) - {ExecutionStatus.COMPLETED}
_LAST_OF_ATTEMPT = "SELECT coalesce(max(sequence), 0) FROM events WHERE execution_id = ? AND attempt = ?"


class States:
    """A cache that only the writer thread touches. Its truth is the database: dropping it loses nothing."""

    def __init__(self) -> None:
        self._states: dict[str, ExecutionState] = {}
        self._documents: dict[str, str] = {}
        self._earlier_sequences: dict[tuple[str, int], int] = {}
        self._touched: set[str] = set()
        self._dirty = False

    def get(self, execution_id: str) -> ExecutionState | None:
        return self._states.get(execution_id)

    def add(self, state: ExecutionState) -> None:
        self._states[state.execution_id] = state
        self._touched.add(state.execution_id)

    def owner_of(self, execution_id: str) -> str | None:
        """Whose an execution of this transaction is."""
        state = self._states.get(execution_id)
        return None if state is None else str(state.fixed["owner"])

    def has_document(self, document_hash: str) -> bool:
        """Whether the document is known to be stored; if not, it may still be."""
        return document_hash in self._documents

    def add_document(self, document_hash: str, document: str) -> None:
        self._documents[document_hash] = document

    def load(self, cursor: duckdb.DuckDBPyConnection, execution_ids: Iterable[str]) -> None:
        """Read the states that are not here yet, and those of the flows that they are parts of.

        Ids without an execution stay unknown.
        """
        wanted = set(execution_ids)
        while wanted:
            self._touched |= wanted
            self._load(cursor, [execution_id for execution_id in wanted if execution_id not in self._states])
            loaded = (self._states[execution_id] for execution_id in wanted if execution_id in self._states)
            wanted = {state.parent_id for state in loaded if state.parent_id} - self._states.keys()

    def ancestors_of(self, state: ExecutionState) -> Iterator[ExecutionState]:
        """The flows that it is a part of, the nearest first."""
        parent = self._states.get(state.parent_id or "")
        while parent is not None:
            yield parent
            parent = self._states.get(parent.parent_id or "")

    def resting_parts_of(self, flow: ExecutionState) -> set[str]:
        """What is known here to run inside of a flow, directly or not, and to wait for somebody."""
        resting = (state for state in self._states.values() if state.status in _RESTING)
        return {state.execution_id for state in resting if any(one is flow for one in self.ancestors_of(state))}

    def _load(self, cursor: duckdb.DuckDBPyConnection, missing: list[str]) -> None:
        if not missing:
            return
        sql, keys = (_LOAD + _ONE, missing) if len(missing) == 1 else (_LOAD + _MANY, [missing])
        loaded = [
            ExecutionState.from_row(dict(zip(_COLUMNS, values, strict=True)))
            for values in cursor.execute(sql, keys).fetchall()
        ]
        for state in loaded:
            self.add(state)
        self._load_flights(cursor, [state for state in loaded if state.status in IN_FLIGHT])
        self._load_queued(cursor, [state for state in loaded if state.status is ExecutionStatus.PENDING])
        self._load_parked(cursor, [state for state in loaded if state.status in _MAY_HAVE_ASKED])

    def document_of(self, state: ExecutionState) -> str:
        """The document of a queued execution, as JSON text."""
        return self._documents[state.fixed["document_hash"]]

    def leave_attempt(self, state: ExecutionState) -> None:
        """Called before the next attempt begins: the last events of this one may not be in the table yet."""
        self._earlier_sequences[state.execution_id, state.attempt] = state.last_sequence

    def next_earlier_sequence(self, cursor: duckdb.DuckDBPyConnection, execution_id: str, attempt: int) -> int:
        """The next sequence of an attempt that is not the current one: its events came late."""
        key = (execution_id, attempt)
        if key not in self._earlier_sequences:
            self._earlier_sequences[key] = cursor.execute(_LAST_OF_ATTEMPT, [execution_id, attempt]).fetchall()[0][0]
        self._earlier_sequences[key] += 1
        return self._earlier_sequences[key]

    def stored_task(
        self, cursor: duckdb.DuckDBPyConnection, execution_id: str, attempt: int, task_index: int
    ) -> TaskState | None:
        """The row of one task."""
        rows = cursor.execute(_TASK, [execution_id, attempt, task_index]).fetchall()
        return task_from(rows[0]) if rows else None

    def stored_step(
        self, cursor: duckdb.DuckDBPyConnection, execution_id: str, attempt: int, call: Call
    ) -> StepState | None:
        """The row of one call of a step."""
        rows = cursor.execute(_STEP, [execution_id, attempt, *call]).fetchall()
        return step_from(rows[0]) if rows else None

    def begin(self) -> None:
        """Called at the start of a transaction: what the last one left behind without a commit is forgotten."""
        if self._dirty:
            self._states.clear()
            self._documents.clear()
        self._earlier_sequences.clear()
        self._touched.clear()
        self._dirty = True

    def commit(self) -> None:
        """Called once the transaction is durable. Executions that are not in flight are not expected to change soon."""
        self._dirty = False
        for execution_id in self._touched:
            state = self._states.get(execution_id)
            if state is not None and state.status not in IN_FLIGHT:
                del self._states[execution_id]

    def _load_flights(self, cursor: duckdb.DuckDBPyConnection, states: list[ExecutionState]) -> None:
        """What the rows of executions in flight do not hold: their tasks and last sequences."""
        execution_ids = [state.execution_id for state in states]
        if not execution_ids:
            return
        for values in cursor.execute(_TASKS_OF_ATTEMPT, [execution_ids]).fetchall():
            task = task_from(values)
            state = self._states[task.execution_id]
            state.stored_tasks.add(task.task_index)
            if task.status == "running":
                state.open_tasks[task.task_index] = task
        self._load_steps(cursor, [state.execution_id for state in states if state.fixed["kind"] == "flow"])
        for execution_id, last in cursor.execute(_LAST_SEQUENCES, [execution_ids]).fetchall():
            self._states[execution_id].last_sequence = last

    def _load_steps(self, cursor: duckdb.DuckDBPyConnection, flow_ids: list[str]) -> None:
        if not flow_ids:
            return
        for values in cursor.execute(_STEPS_OF_ATTEMPT, [flow_ids]).fetchall():
            step = step_from(values)
            state = self._states[step.execution_id]
            state.stored_steps.add(step.call)
            if step.status == "running":
                state.open_steps[step.call] = step

    def _load_parked(self, cursor: duckdb.DuckDBPyConnection, states: list[ExecutionState]) -> None:
        """Tasks that wait for a person or have an answer; nobody is asked before the first attempt."""
        began = [state.execution_id for state in states if state.attempt > 1 or state.started_at is not None]
        for execution_id, parked in parked_tasks(cursor, began).items():
            self._states[execution_id].parked = parked

    def _load_queued(self, cursor: duckdb.DuckDBPyConnection, states: list[ExecutionState]) -> None:
        """What a claim will hand out besides the row: the document, and what earlier attempts finished."""
        if len(self._documents) > _DOCUMENTS_KEPT:
            self._documents.clear()
        missing = {state.fixed["document_hash"] for state in states} - self._documents.keys()
        if missing:
            self._documents.update(cursor.execute(_DOCUMENTS, [list(missing)]).fetchall())
        again = [state.execution_id for state in states if state.attempt > 1 or state.fixed["origin_execution_id"]]
        for execution_id, tasks in finished_tasks(cursor, again).items():
            self._states[execution_id].finished_tasks = tuple(tasks)
        flows = [id_ for id_ in again if self._states[id_].fixed["kind"] == "flow"]
        for execution_id, history in histories(cursor, flows, only_last_writes=True).items():
            self._states[execution_id].history = history
        for execution_id, plan in plans_made(cursor, [id_ for id_ in again if self._is_planned(id_)]).items():
            self._states[execution_id].plan = plan
        for execution_id, indexes in scored_tasks(cursor, [id_ for id_ in again if self._is_judged(id_)]).items():
            self._states[execution_id].scored_tasks = frozenset(indexes)
        for execution_id, begun in begun_tasks(cursor, [id_ for id_ in again if self._keeps_rounds(id_)]).items():
            self._states[execution_id].begun_tasks = begun

    def _keeps_rounds(self, execution_id: str) -> bool:
        """Whether there may be rounds of agents: whose checkpoints name no event has none."""
        return '"on_events"' in self._documents.get(self._states[execution_id].fixed["document_hash"], "")

    def _is_judged(self, execution_id: str) -> bool:
        """Whether there may be scores: who has no judge is not looked up among the events."""
        options = LaunchOptions.model_validate_json(self._states[execution_id].fixed["options"])
        return options.judge is not None

    def _is_planned(self, execution_id: str) -> bool:
        """Whether there may be a plan: who never plans is not looked up among the events."""
        fixed = self._states[execution_id].fixed
        return '"planning"' in f"{fixed['options']}{self._documents.get(fixed['document_hash'], '')}"
