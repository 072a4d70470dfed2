"""What had to wait, and for what."""

from __future__ import annotations

from typing import Literal

from crewlab.executions.events.base import BaseEvent


class ModelCallDelayed(BaseEvent):
    """A request has to wait for its turn: a limit of requests or tokens per minute is reached."""

    kind: Literal["model_call_delayed"] = "model_call_delayed"
    call_id: str
    model: str
    limited: str
    """Who or what is limited, in words: an agent, the crew, a model."""
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    wait_seconds: float
    """About how long; it is known when it begins to wait, not when it ends."""
