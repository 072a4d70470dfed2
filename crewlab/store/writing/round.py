"""One transaction of the writer: items are folded in the order they arrived, then written set by set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import duckdb

from crewlab.executions.events import BaseEvent
from crewlab.executions.person import ParkedTask
from crewlab.executions.status import ExecutionStatus
from crewlab.executions.usage import Usage
from crewlab.store import tables
from crewlab.store.text import json_text, visible, visible_or_none
from crewlab.store.writing.children import end_parts
from crewlab.store.writing.commands import Command
from crewlab.store.writing.execution_state import ExecutionState, TaskState
from crewlab.store.writing.projection import payload_of, project
from crewlab.store.writing.states import States
from crewlab.store.writing.step_state import Call, StepState

Item = BaseEvent | Command[Any]

_LEVELS = {
    ExecutionStatus.FAILED: "error",
    ExecutionStatus.INTERRUPTED: "warning",
    ExecutionStatus.CANCELLED: "warning",
}


class Round:
    """Rows to be written together.

    The caller begins and ends the transaction, and drops `states` when it did not commit.
    """

    def __init__(self, cursor: duckdb.DuckDBPyConnection, states: States, first_event_id: int) -> None:
        self.cursor = cursor
        self.states = states
        self._next_event_id = first_event_id
        self.answers: list[tuple[Command[Any], Any]] = []
        """Commands with their results, to be given out once the transaction is durable."""
        self.strangers: list[BaseEvent] = []
        """Events of executions that this store does not have."""
        self.batches: list[tuple[Any, ...]] = []
        self.documents: list[tuple[str, str]] = []
        self.new_executions: list[ExecutionState] = []
        self.events: list[tuple[Any, ...]] = []
        self.given_tasks: list[tuple[Any, ...]] = []
        self.changed_options: list[tuple[str, str, int]] = []
        self.state_changes: list[tuple[Any, ...]] = []
        self.given_steps: list[tuple[Any, ...]] = []
        self.model_calls: list[tuple[Any, ...]] = []
        self.tool_calls: list[tuple[Any, ...]] = []
        self.questions: list[tuple[Any, ...]] = []
        self.answered_questions: list[tuple[Any, ...]] = []
        self.reopened_questions: list[tuple[Any, ...]] = []
        self._moved: dict[str, ExecutionState] = {}
        self._changed: dict[str, ExecutionState] = {}
        self._tasks: dict[tuple[str, int, int], TaskState] = {}
        self._steps: dict[tuple[str, int, Call], StepState] = {}

    def fold(self, items: Sequence[Item]) -> None:
        """Apply every item in order."""
        self.states.load(self.cursor, _executions_of(items))
        for item in items:
            if isinstance(item, BaseEvent):
                self.record(item)
            else:
                self.answers.append((item, item.apply(self)))

    def write(self) -> None:
        """Write what has been folded: at most one statement for each table."""
        cursor = self.cursor
        tables.BATCHES.put(cursor, self.batches)
        tables.DOCUMENTS.put(cursor, self.documents)
        self._write_executions()
        tables.CHANGED_OPTIONS.put(cursor, self.changed_options)
        tables.GIVEN_TASKS.put(cursor, self.given_tasks)
        tables.EVENTS.put(cursor, self.events)
        self._write_tasks()
        tables.GIVEN_STEPS.put(cursor, self.given_steps)
        self._write_steps()
        tables.STATE_CHANGES.put(cursor, self.state_changes)
        tables.MODEL_CALLS.put(cursor, self.model_calls)
        tables.TOOL_CALLS.put(cursor, self.tool_calls)
        tables.QUESTIONS.put(cursor, self.questions)
        tables.REOPENED_QUESTIONS.put(cursor, self.reopened_questions)
        tables.ANSWERED_QUESTIONS.put(cursor, self.answered_questions)

    def _write_executions(self) -> None:
        """New ones whole; of the others what can have changed: fewer columns are a cheaper statement."""
        new, changed, moved = self.new_executions, self._changed, self._moved
        for state in new:
            changed.pop(state.execution_id, None)
            moved.pop(state.execution_id, None)
        tables.NEW_EXECUTIONS.put(self.cursor, [(*state.fixed.values(), *state.moving()) for state in new])
        tables.CHANGED_EXECUTIONS.put(self.cursor, [(key, *state.moving()) for key, state in changed.items()])
        only_moved = [(key, *state.status_columns()) for key, state in moved.items() if key not in changed]
        tables.MOVED_EXECUTIONS.put(self.cursor, only_moved)

    def _write_tasks(self) -> None:
        tasks = self._tasks.values()
        tables.CHANGED_TASKS.put(self.cursor, [task.row() for task in tasks if task.is_stored])
        tables.NEW_TASKS.put(self.cursor, [task.row() for task in tasks if not task.is_stored])
        for task in tasks:
            task.is_stored = True
            state = self.states.get(task.execution_id)
            if state is not None and state.attempt == task.attempt:
                state.stored_tasks.add(task.task_index)

    def _write_steps(self) -> None:
        steps = self._steps.values()
        tables.CHANGED_STEPS.put(self.cursor, [step.row() for step in steps if step.is_stored])
        tables.NEW_STEPS.put(self.cursor, [step.row() for step in steps if not step.is_stored])
        for step in steps:
            step.is_stored = True
            state = self.states.get(step.execution_id)
            if state is not None and state.attempt == step.attempt:
                state.stored_steps.add(step.call)

    @property
    def last_event_id(self) -> int:
        return self._next_event_id - 1

    def move(
        self, state: ExecutionState, status: ExecutionStatus, at: datetime, message: str, reason: str | None = None
    ) -> None:
        """Move an execution, end its open tasks if it has ended, and say so in its log."""
        if status is ExecutionStatus.PENDING:
            self.states.leave_attempt(state)
        state.enter(status, visible(message), visible_or_none(reason), at)
        if status.is_terminal or status is ExecutionStatus.PENDING:
            for task in state.close_open_tasks(at):
                self.change_task(task)
            for step in state.close_open_steps(at):
                self.change_step(step)
            self.change(state)  # outputs, errors and current tasks come and go here
        self.log_status(state, at)
        if status.is_terminal:
            end_parts(state, self, at)
        self._moved[state.execution_id] = state

    def log_status(self, state: ExecutionState, at: datetime) -> None:
        """Add a `StatusChanged` event for the status that `state` has now."""
        payload = {"status": state.status} if state.reason is None else {"status": state.status, "reason": state.reason}
        level = _LEVELS.get(state.status, "info")
        state.last_sequence += 1
        self._add_event(
            state.execution_id, state.attempt, state.last_sequence, at, level, "status_changed", None, None,
            state.status_message, json_text(payload),
        )  # fmt: skip

    def change(self, state: ExecutionState) -> None:
        """Have the whole row of this execution written."""
        self._changed[state.execution_id] = state

    def change_task(self, task: TaskState) -> None:
        """Have the row of this task written."""
        self._tasks[task.execution_id, task.attempt, task.task_index] = task

    def change_step(self, step: StepState) -> None:
        """Have the row of this call of a step written."""
        self._steps[step.execution_id, step.attempt, step.call] = step

    def stored_step(self, execution_id: str, attempt: int, call: Call) -> StepState | None:
        """A call that is not open any more, as it was last written or is about to be."""
        changed = self._steps.get((execution_id, attempt, call))
        return changed or self.states.stored_step(self.cursor, execution_id, attempt, call)

    def has_step(self, state: ExecutionState, attempt: int, call: Call) -> bool:
        """Whether the table has a row for this call."""
        changed = self._steps.get((state.execution_id, attempt, call))
        if changed is not None:
            return changed.is_stored
        if attempt == state.attempt and state.in_flight_since is not None:
            return call in state.stored_steps
        return self.states.stored_step(self.cursor, state.execution_id, attempt, call) is not None

    def ask_again(self, state: ExecutionState, asked: ParkedTask, deadline: datetime | None) -> None:
        """Open a question once more, as if nobody had said anything."""
        state.parked[asked.task_index] = asked.model_copy(update={"answer": None})
        self.reopened_questions.append((asked.question_id, deadline, None, None, None, None, None))

    def add_usage(self, state: ExecutionState, usage: Usage) -> None:
        """Add what was used to an execution, and to the flows that it is a part of."""
        child = state
        state.usage += usage
        self.change(state)
        for flow in self.states.ancestors_of(state):
            flow.usage += usage
            flow.take_over(child)
            for step in flow.open_steps.values():
                if step.child_execution_id == child.execution_id:
                    step.usage += usage
                    self.change_step(step)
            self.change(flow)
            child = flow

    def stored_task(self, execution_id: str, attempt: int, task_index: int) -> TaskState | None:
        """A task that is not open any more, as it was last written or is about to be."""
        changed = self._tasks.get((execution_id, attempt, task_index))
        return changed or self.states.stored_task(self.cursor, execution_id, attempt, task_index)

    def has_task(self, state: ExecutionState, attempt: int, task_index: int) -> bool:
        """Whether the table has a row for this task."""
        changed = self._tasks.get((state.execution_id, attempt, task_index))
        if changed is not None:
            return changed.is_stored
        if attempt == state.attempt and state.in_flight_since is not None:
            return task_index in state.stored_tasks
        return self.states.stored_task(self.cursor, state.execution_id, attempt, task_index) is not None

    def record(self, event: BaseEvent) -> None:
        """Add an event, and what follows from it."""
        state = self.states.get(event.execution_id)
        if state is None:
            self.strangers.append(event)
            return
        sequence = self._next_sequence(event, state)
        self._add_event(
            event.execution_id, event.attempt, sequence, event.occurred_at, event.level, event.kind,
            visible_or_none(event.task_name), visible_or_none(event.agent), visible(event.message), payload_of(event),
        )  # fmt: skip
        project(event, sequence, state, self)

    def _next_sequence(self, event: BaseEvent, state: ExecutionState) -> int:
        if event.attempt != state.attempt:
            return self.states.next_earlier_sequence(self.cursor, event.execution_id, event.attempt)
        state.last_sequence += 1
        if state.in_flight_since is None:  # it is not kept in memory, so the row has to remember
            self._moved[state.execution_id] = state
        return state.last_sequence

    def _add_event(self, *values: Any) -> None:
        self.events.append((self._next_event_id, *values))
        self._next_event_id += 1


def _executions_of(items: Iterable[Item]) -> set[str]:
    ids: set[str] = set()
    for item in items:
        if isinstance(item, BaseEvent):
            ids.add(item.execution_id)
        else:
            ids.update(item.execution_ids)
    return ids
