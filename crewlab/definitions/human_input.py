"""What a task asks of a person, and what happens when nobody answers."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

OnTimeout = Literal["accept", "feedback", "fail"]
ON_TIMEOUT: tuple[OnTimeout, ...] = ("accept", "feedback", "fail")
"""What may happen when nobody answers in time."""


class HumanInputDocument(BaseModel):
    """`human_input` of a task, written as an object; `true` is an object without fields."""

    model_config = ConfigDict(extra="allow", frozen=True)

    prompt: str = ""
    """What the person is asked, in the words of the analyst. May use {inputs}."""
    timeout_seconds: float | None = Field(default=None, gt=0)
    """How long the task waits for an answer; `None` is for ever."""
    once: bool = False
    """Whether what the agent makes of a feedback is accepted, without asking again."""
    on_timeout: OnTimeout = "fail"
    """What stands in for an answer that does not come in time."""
    feedback: str = ""
    """What the agent is told when `on_timeout` is `feedback`: once; what it makes of that is then accepted."""


TEXTS = ("prompt", "feedback")
"""Its fields that may use {inputs}."""
