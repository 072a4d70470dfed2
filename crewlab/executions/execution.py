"""One launch of one definition version, as it is stored."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import datetime
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events.crew_planning import CrewPlanned
from crewlab.executions.launch import LaunchOptions, Origin
from crewlab.executions.person import ParkedTask
from crewlab.executions.status import ExecutionStatus
from crewlab.executions.steps import FlowHistory
from crewlab.executions.usage import Usage

ExecutionKind = Literal["crew", "flow"]


class NewExecution(BaseModel):
    """An execution to put into the queue. `document` is the whole snapshot: what runs can always be shown again."""

    model_config = ConfigDict(frozen=True)

    execution_id: str
    owner: str
    kind: ExecutionKind = "crew"
    definition_id: str | None = None
    definition_name: str
    version_number: int | None = None
    content_hash: str
    document: dict[str, Any]
    inputs: dict[str, Any] = {}
    """Values of the placeholders of a crew; the state that a flow begins with."""
    options: LaunchOptions = LaunchOptions()
    origin: Origin = "background"
    batch_id: str | None = None
    row_number: int | None = None
    """1-based row of the input table."""
    is_rehearsal: bool = False
    tasks_total: int = 0
    """Tasks of a crew, steps of a flow."""
    origin_execution_id: str | None = None
    """The execution that this one repeats or was forked from."""
    forked_from_task: str | None = None
    """The first task of a fork that was edited or is run again; `None` for a rerun."""
    dedicated: str | None = None
    """Why it runs on a worker of its own: it uses something that blocks. `None` when it may share one."""
    parent_execution_id: str | None = None
    """The flow that runs it as one of its steps; `None` for what was launched by itself."""
    parent_step: str | None = None
    """The step of that flow."""
    root_execution_id: str | None = None
    """The flow that was launched, of which it is a part; `None` when it is that itself."""

    @property
    def tree_id(self) -> str:
        """The execution that was launched: this one, or the flow that it is a part of."""
        return self.root_execution_id or self.execution_id

    @property
    def is_replay(self) -> bool:
        """Whether its answers come from a cassette: they are those that were given when it was recorded."""
        return self.options.cassette is not None and self.options.cassette.is_replay


class Execution(NewExecution):
    """An execution as it stands now. `usage` is the total over all attempts."""

    status: ExecutionStatus = ExecutionStatus.PENDING
    status_message: str = ""
    reason: str | None = None
    attempt: int = 1
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    duration_seconds: float | None = None
    """Time from `running` to the end, over all attempts; so far, when it is still running. Loading is not in it."""
    tasks_done: int = 0
    current_task: str | None = None
    output: str | None = None
    output_json: Any = None
    error: ErrorReport | None = None
    usage: Usage = Usage()


class StoredTask(BaseModel):
    """A finished task, to be reused by the next attempt or by a fork."""

    model_config = ConfigDict(frozen=True)

    task_index: int
    task_name: str
    agent: str
    attempt: int
    """The attempt that paid for it."""
    execution_id: str | None = None
    """The execution that paid for it, when it is another one."""
    is_edited: bool = False
    is_skipped: bool = False
    """Its condition was false. The next attempt asks the condition again, which costs nothing."""
    output: str
    output_json: Any = None


class BegunTask(BaseModel):
    """A task, or an agent step of a flow, that an earlier attempt was at work on, and how far it had come."""

    model_config = ConfigDict(frozen=True)

    task_name: str
    rounds: int
    """How many its agent had done."""
    conversation: tuple[dict[str, Any], ...]
    step_call: int | None = None
    """Which call of a step of a flow it is, where it is none of a crew."""


class Claim(BaseModel):
    """What a worker gets when it wins an attempt: the execution, and the tasks that need not be paid again."""

    model_config = ConfigDict(frozen=True)

    execution: Execution
    finished_tasks: tuple[StoredTask, ...] = ()
    plan: CrewPlanned | None = None
    """What an earlier attempt planned, or the execution that this one is a fork of."""
    scored_tasks: frozenset[int] = frozenset()
    """Indexes of the tasks that the judge of the launch was asked about in earlier attempts."""
    parked_tasks: tuple[ParkedTask, ...] = ()
    """Tasks that a person was asked about, with the answers that have come."""
    begun_tasks: tuple[BegunTask, ...] = ()
    """Tasks that go on in their midst: their definition asks for that."""
    flow: FlowHistory = FlowHistory()
    """What earlier attempts of a flow left."""


class Begun(NamedTuple):
    """A part of a flow on its way into the store."""

    claim: Future[Claim]
    """What it is to do: known at once, so that it can be made ready meanwhile."""
    stored: Future[Claim]
    """The same, once it is durable. Nothing of it is paid before."""


class Move(BaseModel):
    """A status move asked of the store; it happens only if the attempt is current and the move is legal."""

    model_config = ConfigDict(frozen=True)

    execution_id: str
    attempt: int
    status: ExecutionStatus
    message: str = ""
    reason: str | None = None
    output: str | None = None
    output_json: Any = None
    error: ErrorReport | None = None
