"""The facts of an execution, one small class each, in the past tense."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from crewlab.executions.error_report import ErrorReport
from crewlab.executions.status import ExecutionStatus
from crewlab.executions.usage import Usage

Level = Literal["debug", "info", "warning", "error"]


class BaseEvent(BaseModel):
    """One fact about one attempt of one execution.

    `sequence` counts from 1 without gaps within (`execution_id`, `attempt`) and is the only order;
    it is given by the recorder, so a new event carries 0.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    execution_id: str
    attempt: int = 1
    sequence: int = 0
    occurred_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    level: Level = "info"
    task_name: str | None = None
    agent: str | None = None
    message: str = ""
    """One line for the log, written when the event is made."""


class StatusChanged(BaseEvent):
    """The execution moved; `message` says why in words."""

    kind: Literal["status_changed"] = "status_changed"
    status: ExecutionStatus
    reason: str | None = None
    """`timed_out` or `over_budget` when a limit ended it."""


class TaskStarted(BaseEvent):
    kind: Literal["task_started"] = "task_started"
    task_index: int
    description: str = ""
    """The description as the agent saw it, with the inputs filled in."""
    expected_output: str = ""
    context: tuple[str, ...] = ()
    """Names of the tasks whose outputs it was given."""


class TaskEnded(BaseEvent):
    """What every way of ending a task has in common; totals are of this task alone, over this attempt."""

    task_index: int
    started_at: datetime | None = None
    output: str | None = None
    output_json: Any = None
    usage: Usage = Usage()
    tasks_done: int = 0
    tasks_total: int = 0


class TaskCompleted(TaskEnded):
    kind: Literal["task_completed"] = "task_completed"


class TaskFailed(TaskEnded):
    kind: Literal["task_failed"] = "task_failed"
    level: Level = "error"
    error: ErrorReport


class TaskCancelled(TaskEnded):
    """The attempt ended (cancel, timeout, a sibling's failure) while the task was running."""

    kind: Literal["task_cancelled"] = "task_cancelled"
    level: Level = "warning"


class TaskReused(TaskEnded):
    """The output of an earlier attempt, or of the execution it was forked from, stands in: usage is zero."""

    kind: Literal["task_reused"] = "task_reused"
    from_attempt: int
    from_execution_id: str | None = None
    """The execution that paid for it, when it is another one."""
    is_edited: bool = False
    """A person wrote this output for the fork."""


class ModelCallStarted(BaseEvent):
    kind: Literal["model_call_started"] = "model_call_started"
    level: Level = "debug"
    call_id: str
    model: str


class ModelCallEnded(BaseEvent):
    """One model call, whole: what was sent, what came back, what it used.

    `messages`, `response` and `parameters` live on the model-call row only; the stored event leaves them out.
    """

    call_id: str
    model: str
    purpose: Literal["agent", "guardrail", "converter", "manager", "planning", "other"] = "agent"
    started_at: datetime
    messages: list[dict[str, Any]] = []
    tools: list[str] = []
    parameters: dict[str, Any] = {}
    response: str | None = None
    finish_reason: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None
    cost_usd: float | None = None
    price: dict[str, Any] | None = None
    """The price row that was used: model, US dollars per million tokens of each type, source, date."""
    is_rehearsal: bool = False
    is_replay: bool = False
    """Whether the answer came from a cassette: the tokens are those of the recorded call, and nothing was spent."""
    retries: int = 0


class ModelCallCompleted(ModelCallEnded):
    kind: Literal["model_call_completed"] = "model_call_completed"


class ModelCallFailed(ModelCallEnded):
    kind: Literal["model_call_failed"] = "model_call_failed"
    level: Level = "error"
    error: ErrorReport


class ModelCallCancelled(ModelCallEnded):
    kind: Literal["model_call_cancelled"] = "model_call_cancelled"
    level: Level = "warning"


class ModelCallRetried(BaseEvent):
    """A request failed in a way that may pass, and is sent again after `wait_seconds`."""

    kind: Literal["model_call_retried"] = "model_call_retried"
    level: Level = "warning"
    call_id: str
    model: str
    request_number: int
    status: int | None = None
    wait_seconds: float


class ToolCallStarted(BaseEvent):
    kind: Literal["tool_call_started"] = "tool_call_started"
    level: Level = "debug"
    call_id: str
    tool: str


class ToolCallEnded(BaseEvent):
    """One tool call, whole. `arguments` and `result` live on the tool-call row only."""

    call_id: str
    tool: str
    started_at: datetime
    arguments: Any = None
    result: str | None = None
    from_cache: bool = False
    is_replay: bool = False
    """Whether the result came from a cassette, and the tool did not run."""


class ToolCallCompleted(ToolCallEnded):
    kind: Literal["tool_call_completed"] = "tool_call_completed"


class ToolCallFailed(ToolCallEnded):
    kind: Literal["tool_call_failed"] = "tool_call_failed"
    level: Level = "warning"
    error: ErrorReport


class ToolCallCancelled(ToolCallEnded):
    kind: Literal["tool_call_cancelled"] = "tool_call_cancelled"
    level: Level = "warning"


class GuardrailChecked(BaseEvent):
    kind: Literal["guardrail_checked"] = "guardrail_checked"
    task_index: int
    guardrail: str
    passed: bool
    feedback: str = ""
    retry_number: int = 0


class Unrecognised(BaseEvent):
    """A crewAI event that has no class of its own here: kept as it came, secrets left out."""

    kind: Literal["unrecognised"] = "unrecognised"
    level: Level = "debug"
    source_type: str
    payload: dict[str, Any] = {}


Event = Annotated[
    StatusChanged
    | TaskStarted
    | TaskCompleted
    | TaskFailed
    | TaskCancelled
    | TaskReused
    | ModelCallStarted
    | ModelCallCompleted
    | ModelCallFailed
    | ModelCallCancelled
    | ModelCallRetried
    | ToolCallStarted
    | ToolCallCompleted
    | ToolCallFailed
    | ToolCallCancelled
    | GuardrailChecked
    | Unrecognised,
    Field(discriminator="kind"),
]

EVENT: TypeAdapter[Any] = TypeAdapter(Event)
"""Parses and prints any event by its `kind`."""
