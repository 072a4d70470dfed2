"""What a task asked of a person, what they said, and what it takes to go on from there."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from crewlab.definitions.human_input import OnTimeout
from crewlab.executions.launch import Origin
from crewlab.executions.status import ExecutionStatus

Decision = Literal["accept", "feedback", "fail"]
AnsweredBy = Literal["person", "timeout"]
Refusal = Literal["", "unknown", "answered", "which", "over"]
"""Why an answer is not taken: no such task, answered before, several tasks wait, or the execution has ended."""


class PersonAnswer(BaseModel):
    """What became of a question."""

    model_config = ConfigDict(frozen=True)

    decision: Decision
    text: str = ""
    """The feedback."""
    by: AnsweredBy = "person"
    outcome: str | None = None
    """Which of the outcomes of a step was chosen."""


class ParkedTask(BaseModel):
    """A task whose answer waits for a person, or was judged by one: enough to go on without paying for it again."""

    model_config = ConfigDict(frozen=True)

    question_id: str
    task_index: int
    task_name: str
    agent: str
    attempt: int
    """The attempt that paid for the output."""
    output: str
    output_json: Any = None
    conversation: tuple[dict[str, Any], ...] = ()
    timeout_seconds: float | None = None
    answer: PersonAnswer | None = None


class Question(BaseModel):
    """A question that is open: somebody should answer it."""

    model_config = ConfigDict(frozen=True)

    question_id: str
    execution_id: str
    owner: str
    definition_name: str
    batch_id: str | None = None
    row_number: int | None = None
    status: ExecutionStatus
    """Of the execution: `waiting`, or `running` while other tasks go on."""
    is_rehearsal: bool = False
    task_index: int
    task_name: str
    agent: str
    prompt: str = ""
    output: str
    """The answer of the agent so far."""
    output_json: Any = None
    asked_at: datetime
    deadline: datetime | None = None
    on_timeout: OnTimeout = "fail"
    feedback: str = ""
    """What stands in for an answer at the deadline, when `on_timeout` is `feedback`."""
    outcomes: tuple[str, ...] = ()
    """What to choose from, where a step of a flow asks; the first one stands for an answer that says nothing."""

    @property
    def on_deadline(self) -> PersonAnswer:
        """The answer that stands in when nobody gives one in time."""
        text = self.feedback if self.on_timeout == "feedback" else ""
        return PersonAnswer(decision=self.on_timeout, text=text, by="timeout")


class NextAttempt(NamedTuple):
    """An attempt that has just been queued."""

    execution_id: str
    attempt: int
    origin: Origin
    owner: str = ""
    batch_id: str | None = None
    dedicated: str | None = None
    """Why it needs a worker of its own."""


class Heard(NamedTuple):
    """An answer to something that runs, or that is part of it: whoever runs that may go on with it at once."""

    launched_id: str
    """What runs: the execution that was launched."""
    execution_id: str
    """The one that had asked: the same, or a part of it."""
    task: ParkedTask
    """What was asked, with the answer."""
    queued: tuple[str, ...] = ()
    """Parts that were waiting, and are queued now."""


class Answered(NamedTuple):
    """What the store made of an answer; `refusal` says why it was not taken."""

    refusal: Refusal = ""
    open_tasks: tuple[str, ...] = ()
    """The tasks that wait, when it was not taken."""
    next: NextAttempt | None = None
    """What it queued; `None` while the other tasks of the execution still run."""
    heard: Heard | None = None
    """What is told to whoever runs them."""
