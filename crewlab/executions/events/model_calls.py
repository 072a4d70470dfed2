"""What models were asked and what it took."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events.base import BaseEvent, Level

Purpose = Literal[
    "agent",
    "guardrail",
    "converter",
    "manager",
    "planning",
    "evaluation",
    "training",
    "memory",
    "knowledge",
    "embedding",
    "other",
]
"""What a model was asked for."""


class ModelCallStarted(BaseEvent):
    """A model is about to be asked."""

    kind: Literal["model_call_started"] = "model_call_started"
    level: Level = "debug"
    call_id: str
    model: str
    parent_call_id: str | None = None
    """The tool call by which this work was delegated, when it was."""
    step_call: int | None = None
    """Which call of the step it is for, where the step of a flow asks."""


class ModelCallEnded(BaseEvent):
    """One model call, whole: what was sent, what came back, what it used.

    `messages`, `response` and `parameters` live on the model-call row only; the stored event leaves them out.
    """

    call_id: str
    model: str
    parent_call_id: str | None = None
    """The tool call by which this work was delegated, when it was."""
    purpose: Purpose = "agent"
    started_at: datetime
    messages: list[dict[str, Any]] = Field(default=[])
    tools: list[str] = Field(default=[])
    parameters: dict[str, Any] = Field(default={})
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
    step_call: int | None = None
    """Which call of the step it was for, where the step of a flow asked."""


class ModelCallCompleted(ModelCallEnded):
    """The model answered."""

    kind: Literal["model_call_completed"] = "model_call_completed"


class ModelCallFailed(ModelCallEnded):
    """The model gave no answer, after all retries."""

    kind: Literal["model_call_failed"] = "model_call_failed"
    level: Level = "error"
    error: ErrorReport


class ModelCallCancelled(ModelCallEnded):
    """The attempt ended, or was stopped, while the model was asked."""

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
