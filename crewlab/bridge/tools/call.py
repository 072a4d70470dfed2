"""One tool call as a person sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from crewlab.bridge.journal import Journal
from crewlab.bridge.scope import DELEGATION, TASK_NAME
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import (
    BaseEvent,
    ToolCallCancelled,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCallStarted,
)
from crewlab.executions.identity import new_id


@dataclass
class ToolCall:
    """What is known of one call so far; it ends once, as completed, failed or cancelled."""

    journal: Journal
    tool: str
    arguments: Any
    agent: str | None
    task_name: str | None = field(default_factory=TASK_NAME.get)
    parent_call_id: str | None = field(default_factory=DELEGATION.get)
    call_id: str = field(default_factory=new_id)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    from_cache: bool = False
    is_replay: bool = False

    def started(self) -> BaseEvent:
        return ToolCallStarted(**self._about(), message=f"{self.agent} uses {self.tool}")

    def cancelled(self) -> BaseEvent:
        return ToolCallCancelled(**self._whole(), message=f"{self.tool} was stopped")

    def completed(self, result: str) -> None:
        """Record the result that the model will see."""
        event = ToolCallCompleted(**self._whole(), result=result, message=f"{self.tool} answered")
        self.journal.end(self, event)

    def failed(self, error: BaseException, result: str) -> None:
        """Record why it failed, and what the model is told instead."""
        report = ErrorReport.from_exception(error, task_name=self.task_name)
        event = ToolCallFailed(**self._whole(), result=result, error=report, message=report.message)
        self.journal.end(self, event)

    def _about(self) -> dict[str, Any]:
        names = {"call_id": self.call_id, "tool": self.tool, "agent": self.agent, "task_name": self.task_name}
        return {**self.journal.key, **names, "parent_call_id": self.parent_call_id}

    def _whole(self) -> dict[str, Any]:
        return {
            **self._about(),
            "started_at": self.started_at,
            "arguments": self.arguments,
            "from_cache": self.from_cache,
            "is_replay": self.is_replay,
        }
