"""What tools did."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events.base import BaseEvent, Level


class ToolCallStarted(BaseEvent):
    """An agent is about to use a tool."""

    kind: Literal["tool_call_started"] = "tool_call_started"
    level: Level = "debug"
    call_id: str
    tool: str
    parent_call_id: str | None = None
    """The tool call by which this work was delegated, when it was."""
    step_call: int | None = None
    """Which call of the step it is for, where the step of a flow asks."""


class ToolCallEnded(BaseEvent):
    """One tool call, whole. `arguments` and `result` live on the tool-call row only."""

    call_id: str
    tool: str
    parent_call_id: str | None = None
    """The tool call by which this work was delegated, when it was."""
    started_at: datetime
    arguments: Any = None
    result: str | None = None
    from_cache: bool = False
    is_replay: bool = False
    """Whether the result came from a cassette, and the tool did not run."""
    step_call: int | None = None
    """Which call of the step it was for, where the step of a flow asked."""


class ToolCallCompleted(ToolCallEnded):
    """The tool gave its result."""

    kind: Literal["tool_call_completed"] = "tool_call_completed"


class ToolCallFailed(ToolCallEnded):
    """The tool raised, took too long, or was used wrongly; the agent is told so."""

    kind: Literal["tool_call_failed"] = "tool_call_failed"
    level: Level = "warning"
    error: ErrorReport


class ToolCallCancelled(ToolCallEnded):
    """The attempt ended, or was stopped, while the tool was at work."""

    kind: Literal["tool_call_cancelled"] = "tool_call_cancelled"
    level: Level = "warning"
