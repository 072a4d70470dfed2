"""A piece of work with a beginning and an end, in the words that OpenTelemetry has for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Value = str | int | float | bool | tuple[str, ...]
Operation = Literal["invoke_workflow", "invoke_agent", "execute_tool", "chat", "invoke_step"]


@dataclass(frozen=True)
class SpanEvent:
    """Something that happened within a span."""

    name: str
    at: datetime
    attributes: Mapping[str, Value]


@dataclass
class Span:
    """A piece of work with a beginning and an end. `error` is why it failed, `None` when it did not."""

    span_id: str
    """16 hexadecimal digits, the same whenever the spans of this attempt are made."""
    parent_id: str | None
    operation: Operation
    name: str
    started_at: datetime
    ended_at: datetime | None = None
    attributes: dict[str, Value] = field(default_factory=dict)
    events: list[SpanEvent] = field(default_factory=list)
    error: str | None = None
    call_id: str | None = None
    """Of a model or tool call."""

    def tell(self, attributes: Mapping[str, Value | None]) -> None:
        """Add attributes; what is unknown is left out."""
        self.attributes.update({name: value for name, value in attributes.items() if value is not None})

    def fail(self, error_type: str, message: str) -> None:
        """It failed, and this is why."""
        self.error = message or error_type
        self.attributes["error.type"] = error_type
