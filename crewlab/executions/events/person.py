"""What is asked of a person, and what they answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from crewlab.definitions.human_input import OnTimeout
from crewlab.executions.events.base import BaseEvent
from crewlab.executions.events.tasks import TaskEnded
from crewlab.executions.person import AnsweredBy, Decision


class PersonAsked(BaseEvent):
    """An agent has an answer that a person shall see; the output and the conversation live on the question's row."""

    kind: Literal["person_asked"] = "person_asked"
    task_index: int
    question_id: str
    prompt: str = ""
    output: str = ""
    output_json: Any = None
    conversation: tuple[dict[str, Any], ...] = ()
    timeout_seconds: float | None = None
    deadline: datetime | None = None
    on_timeout: OnTimeout = "fail"
    feedback: str = ""
    """What stands in for an answer at the deadline, when `on_timeout` is `feedback`."""
    outcomes: tuple[str, ...] = ()
    """What a person chooses from, where a step of a flow asks; the first one when nothing is said."""


class TaskParked(TaskEnded):
    """The task holds nothing any more and waits for a person; `output` is the answer so far."""

    kind: Literal["task_parked"] = "task_parked"
    question_id: str


class PersonAnswered(BaseEvent):
    """A person, or the deadline, answered. The next attempt goes on from there."""

    kind: Literal["person_answered"] = "person_answered"
    task_index: int
    question_id: str
    decision: Decision
    text: str = ""
    by: AnsweredBy = "person"
    outcome: str | None = None
