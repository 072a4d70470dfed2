"""What the writer knows about one execution while it changes: its status, its totals and its open tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from crewlab.executions.events import CrewPlanned
from crewlab.executions.execution import BegunTask, StoredTask
from crewlab.executions.person import ParkedTask
from crewlab.executions.status import IN_FLIGHT, NEXT, RESUMABLE, ExecutionStatus
from crewlab.executions.steps import FlowHistory
from crewlab.executions.usage import Usage
from crewlab.store.tables import FIXED, MOVING, STATUS, TASK, USAGE
from crewlab.store.writing.step_state import Call, StepState

_PLAIN = tuple(name for name in MOVING if name not in USAGE and name != "models")
_usage_fields = attrgetter(*USAGE)
_task_fields = attrgetter(*(name for name in TASK if name not in USAGE))
_status_fields = attrgetter(*STATUS)
_moving_fields = attrgetter(*_PLAIN)


NO_USAGE = Usage()
NO_HISTORY = FlowHistory()


@dataclass
class TaskState:
    """One row of `tasks` while it may still change."""

    execution_id: str
    attempt: int
    task_index: int
    task_name: str
    agent: str | None = None
    status: str = "running"
    description: str | None = None
    context: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    output: str | None = None
    output_json: str | None = None
    error: str | None = None
    reused_from_attempt: int | None = None
    reused_from_execution_id: str | None = None
    is_edited: bool | None = None
    usage: Usage = NO_USAGE
    is_stored: bool = False
    """Whether the row is in the table; a transaction that fails takes the whole state with it."""

    def row(self) -> tuple[Any, ...]:
        """The row, in the order of `tables.TASK`."""
        return (*_task_fields(self), *_usage_fields(self.usage))


@dataclass
class ExecutionState:
    """One row of `executions` while it may still change, with the same names."""

    fixed: dict[str, Any]
    status: ExecutionStatus = ExecutionStatus.PENDING
    status_message: str = ""
    reason: str | None = None
    attempt: int = 1
    last_sequence: int = 0
    started_at: datetime | None = None
    in_flight_since: datetime | None = None
    ended_at: datetime | None = None
    duration_seconds: float | None = None
    tasks_done: int = 0
    current_task: str | None = None
    output: str | None = None
    output_json: str | None = None
    error: str | None = None
    is_rehearsal: bool = False
    """As launched; or because a server said so."""
    models: list[str] = field(default_factory=list)
    usage: Usage = NO_USAGE
    open_tasks: dict[int, TaskState] = field(default_factory=dict)
    """Running tasks of the current attempt by their index."""
    stored_tasks: set[int] = field(default_factory=set)
    """Indexes of all tasks of the current attempt that have a row, while the execution is in flight."""
    open_steps: dict[Call, StepState] = field(default_factory=dict)
    """Running steps of the current attempt."""
    stored_steps: set[Call] = field(default_factory=set)
    """Calls of steps of the current attempt that have a row, while the execution is in flight."""
    history: FlowHistory = NO_HISTORY
    """What earlier attempts of a flow left. Loaded only while it is queued."""
    answered_parts: set[str] = field(default_factory=set)
    """What runs as a step of it, or within each, and was answered while it ran itself, and has not gone on yet."""
    finished_tasks: tuple[StoredTask, ...] = ()
    """What need not be paid for: given to a fork, or finished by earlier attempts. Loaded only while it is queued."""

    plan: CrewPlanned | None = None
    """What an earlier attempt planned. Loaded only while it is queued."""
    scored_tasks: frozenset[int] = frozenset()
    """Tasks whose outputs a judge was asked about. Loaded only while it is queued."""
    begun_tasks: tuple[BegunTask, ...] = ()
    """Tasks that go on in their midst. Loaded only while it is queued."""
    parked: dict[int, ParkedTask] = field(default_factory=dict)
    """What a person was asked about, by the index of its task, until it is done."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> ExecutionState:
        """The state of a stored execution, its open tasks left out."""
        state = cls(fixed={name: row[name] for name in FIXED}, **{name: row[name] for name in _PLAIN})
        state.status = ExecutionStatus(row["status"])
        state.models = row["models"].split(", ") if row["models"] else []
        state.usage = usage_from(row)
        return state

    @property
    def execution_id(self) -> str:
        return str(self.fixed["execution_id"])

    @property
    def parent_id(self) -> str | None:
        """The flow that runs it as a step."""
        parent: str | None = self.fixed["parent_execution_id"]
        return parent

    def take_over(self, part: ExecutionState) -> None:
        """What is true of a flow because it is true of a part of it."""
        self.is_rehearsal |= part.is_rehearsal
        self.models += [model for model in part.models if model not in self.models]

    def status_columns(self) -> tuple[Any, ...]:
        """The columns that a mere move changes, in the order of `tables.STATUS`."""
        values: tuple[Any, ...] = _status_fields(self)
        return values

    def moving(self) -> tuple[Any, ...]:
        """The columns that change, in the order of `tables.MOVING`."""
        return (*_moving_fields(self), ", ".join(self.models) or None, *_usage_fields(self.usage))

    def may_become(self, status: ExecutionStatus, attempt: int) -> bool:
        """Whether the move is legal and `attempt` is the current one."""
        return attempt == self.attempt and status in NEXT[self.status]

    def enter(self, status: ExecutionStatus, message: str, reason: str | None, at: datetime) -> None:
        """Change the status, and keep the times that follow from it."""
        if status is ExecutionStatus.PENDING:
            self._begin_next_attempt()
        self.status, self.status_message, self.reason = status, message, reason
        # Not from `preparing`: loading crewAI once per process would make the first executions look slow.
        if status is ExecutionStatus.RUNNING and self.in_flight_since is None:
            self.in_flight_since = at
            self.started_at = self.started_at or at
        elif status not in IN_FLIGHT and self.in_flight_since is not None:
            flight = max(0.0, (at - self.in_flight_since).total_seconds())
            self.duration_seconds = (self.duration_seconds or 0.0) + flight
            self.in_flight_since = None
        if status.is_terminal:
            self.ended_at, self.current_task = at, None

    def close_open_steps(self, at: datetime) -> list[StepState]:
        """End the steps that nobody ended, as `close_open_tasks`."""
        status = "interrupted" if self.status is ExecutionStatus.INTERRUPTED else "cancelled"
        closed = list(self.open_steps.values())
        for step in closed:
            step.status, step.ended_at = status, at
        self.open_steps.clear()
        return closed

    def close_open_tasks(self, at: datetime) -> list[TaskState]:
        """End the tasks that nobody ended; an ended execution has no running task."""
        status = "interrupted" if self.status is ExecutionStatus.INTERRUPTED else "cancelled"
        closed = list(self.open_tasks.values())
        for task in closed:
            task.status, task.ended_at = status, at
        self.open_tasks.clear()
        return closed

    @property
    def is_resumable(self) -> bool:
        return self.status in RESUMABLE

    def show_current_tasks(self) -> None:
        """Name the running tasks, or steps, on the execution, in the order they started."""
        names = [task.task_name for task in self.open_tasks.values()] + [step.step for step in self.open_steps.values()]
        self.current_task = ", ".join(names) or None

    def _begin_next_attempt(self) -> None:
        self.attempt += 1
        self.last_sequence = 0
        self.stored_tasks.clear()
        self.stored_steps.clear()
        self.answered_parts.clear()
        self.ended_at = self.output = self.output_json = self.error = self.reason = None


def usage_from(row: Mapping[str, Any]) -> Usage:
    """The usage in the columns of a row."""
    return Usage(**{name: row[name] for name in USAGE})


def task_from(values: Sequence[Any]) -> TaskState:
    """A task as it is stored, from the columns `tables.TASK`."""
    row = dict(zip(TASK, values, strict=True))
    return TaskState(
        usage=usage_from(row), is_stored=True, **{name: value for name, value in row.items() if name not in USAGE}
    )
