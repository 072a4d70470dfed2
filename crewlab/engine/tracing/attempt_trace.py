"""From what is stored of an attempt to what an OpenTelemetry receiver takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from crewlab.engine.tracing.otlp import encoded
from crewlab.executions.events import BaseEvent
from crewlab.executions.execution import Execution
from crewlab.executions.span import Span
from crewlab.executions.spans import root_id, spans_of, trace_id
from crewlab.executions.step_spans import step_span_id
from crewlab.settings import Settings

if TYPE_CHECKING:
    from crewlab.store import Store

SPANS_PER_MESSAGE = 500
MOST_CHARACTERS = 20_000
"""Longer contents are cut: receivers refuse what is very long."""

_CONTENT = {
    "model_calls": {"messages": "gen_ai.input.messages", "response": "gen_ai.output.messages"},
    "tool_calls": {"arguments": "gen_ai.tool.call.arguments", "result": "gen_ai.tool.call.result"},
}
"""Column of a frame -> attribute of the span of that call."""


class AttemptTrace:
    """Reads attempts of one owner."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._owner, self._with_content = store, settings.owner, settings.otlp_content

    def messages(self, execution_id: str, attempt: int) -> Iterator[bytes]:
        """The spans of an attempt that is over, in messages of a size that receivers take."""
        execution = self._store.executions.get(execution_id, owner=self._owner)
        events = list(self._events(execution_id))
        spans = spans_of(execution, attempt, events, self._parent_span(execution, attempt, events))
        if self._with_content:
            self._add_content(execution_id, spans)
        before = root_id(execution_id, attempt - 1) if attempt > 1 else None
        for start in range(0, len(spans), SPANS_PER_MESSAGE):
            part = spans[start : start + SPANS_PER_MESSAGE]
            yield encoded(trace_id(execution.tree_id), part, linked_to=None if start else before)

    def _parent_span(self, execution: Execution, attempt: int, events: Sequence[BaseEvent]) -> str | None:
        """The span of the step that ran this attempt, where a flow did: all that it runs is one trace."""
        if execution.parent_execution_id is None:
            return None
        first = next((event.occurred_at for event in events if event.attempt == attempt), None)
        steps = self._store.steps.find(execution.parent_execution_id, owner=self._owner)
        ran = [
            step
            for step in steps
            if step.child_execution_id == execution.execution_id
            and step.status != "reused"
            and (first is None or step.started_at is None or step.started_at <= first)
        ]
        last = ran[-1] if ran else None
        return None if last is None else step_span_id(last.execution_id, last.attempt, last.step, last.call_number)

    def _events(self, execution_id: str) -> Iterator[BaseEvent]:
        last = 0
        while page := self._store.events.read(execution_id, owner=self._owner, after_event_id=last):
            yield from (event for _, event in page)
            last = page[-1][0]

    def _add_content(self, execution_id: str, spans: list[Span]) -> None:
        """What was asked and answered, as it is stored: secrets that are known are masked in it."""
        for frame, names in _CONTENT.items():
            for row in self._rows(frame, execution_id):
                span = next((one for one in spans if one.call_id == row["call_id"]), None)
                if span is not None:
                    span.tell({to: _cut(row[column]) for column, to in names.items()})

    def _rows(self, frame: Any, execution_id: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._store.frames.read(
            frame, owner=self._owner, execution_ids=[execution_id]
        ).to_pylist()
        return rows


def _cut(text: Any) -> str | None:
    return None if text is None else str(text)[:MOST_CHARACTERS]
