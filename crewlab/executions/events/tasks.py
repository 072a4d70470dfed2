"""What becomes of the tasks of an execution."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events.base import BaseEvent, Level
from crewlab.executions.usage import Usage


class TaskStarted(BaseEvent):
    """An agent begins to work on a task."""

    kind: Literal["task_started"] = "task_started"
    task_index: int
    description: str = ""
    """The description as the agent saw it, with the inputs filled in."""
    expected_output: str = ""
    context: tuple[str, ...] = ()
    """Names of the tasks whose outputs it was given."""
    rounds_done: int = 0
    """Rounds of its agent that an earlier attempt did, and that are not done again."""


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
    """The task has its output, and every guardrail let it pass."""

    kind: Literal["task_completed"] = "task_completed"


class TaskFailed(TaskEnded):
    """The task ended without an output."""

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


class TaskSkipped(TaskEnded):
    """Its condition was false: no agent worked on it, and its output is empty."""

    kind: Literal["task_skipped"] = "task_skipped"
    condition: str


class TaskRetried(BaseEvent):
    """The agent failed, and does the task again: its `max_retry_limit` says so."""

    kind: Literal["task_retried"] = "task_retried"
    level: Level = "warning"
    retry_number: int
    error: ErrorReport


class GuardrailChecked(BaseEvent):
    """A guardrail looked at an output; when it refuses, the agent tries again with its feedback."""

    kind: Literal["guardrail_checked"] = "guardrail_checked"
    task_index: int
    guardrail: str
    passed: bool
    feedback: str = ""
    retry_number: int = 0
