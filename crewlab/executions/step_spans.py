"""The steps of a flow as spans: what they ask of agents and tools hangs on them, and so does what they run."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from crewlab.executions.events import (
    BaseEvent,
    RouteTaken,
    StateChanged,
    StepEnded,
    StepEvent,
    StepFailed,
    StepReused,
    StepStarted,
)
from crewlab.executions.span import Span, SpanEvent, Value

if TYPE_CHECKING:
    from collections.abc import Iterable


def step_span_id(execution_id: str, attempt: int, step: str, call_number: int) -> str:
    """The id of the span of one call of a step, which is the parent of what the step runs."""
    return hashlib.sha256(f"{execution_id} {attempt} step {step} {call_number}".encode()).hexdigest()[:16]


class StepSpans:
    """The spans of the steps of an attempt while its events are read."""

    def __init__(self, execution_id: str, attempt: int, root_id: str) -> None:
        self._execution_id, self._attempt, self._root_id = execution_id, attempt, root_id
        self._calls: dict[tuple[str, int], Span] = {}
        self._latest: dict[str, Span] = {}

    @property
    def spans(self) -> Iterable[Span]:
        return self._calls.values()

    def of(self, step: str | None, call_number: int | None = None) -> Span | None:
        """The span of a call of a step; of the newest one where it is not told which."""
        return self._calls.get((step or "", call_number or 0)) or self._latest.get(step or "")

    def take(self, event: StepEvent) -> None:
        """Reused calls took no time, and have no span."""
        span = self._calls.get((event.step, event.call_number))
        match event:
            case StepReused():
                return
            case StepStarted() if span is not None:  # a person has answered, and the call goes on
                span.ended_at = None
            case StepStarted():
                self._begin(event)
            case StepEnded() if span is not None:
                self._end(span, event)
            case RouteTaken() if span is not None:
                span.events.append(_note(event, "route", {"outcome": event.outcome}))
            case StateChanged() if span is not None:
                names = tuple(change.field for change in event.changes)
                span.events.append(_note(event, "state", {"fields": names}))

    def _begin(self, event: StepStarted) -> None:
        id_ = step_span_id(self._execution_id, self._attempt, event.step, event.call_number)
        outer = self._latest.get(event.step.partition("[")[0]) if "[" in event.step else None
        parent = self._root_id if outer is None else outer.span_id
        span = Span(id_, parent, "invoke_step", f"invoke_step {event.step}", event.occurred_at)
        span.tell(
            {
                "crewlab.execution.id": self._execution_id,
                "crewlab.attempt": self._attempt,
                "crewlab.step.name": event.step,
                "crewlab.step.kind": event.step_kind,
                "crewlab.step.call": event.call_number,
            }
        )
        self._calls[event.step, event.call_number] = self._latest[event.step] = span

    def _end(self, span: Span, event: StepEnded) -> None:
        span.ended_at = event.occurred_at
        span.attributes["crewlab.outcome"] = event.kind.rpartition("_")[2]
        if isinstance(event, StepFailed):
            span.fail(event.error.type, event.error.message)


def _note(event: BaseEvent, name: str, attributes: dict[str, Value]) -> SpanEvent:
    return SpanEvent(name, event.occurred_at, attributes)
