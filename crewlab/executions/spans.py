"""One attempt as a tree of spans, in the words that OpenTelemetry has for generative AI. Pure: events in, spans out.

Tokens are on model calls only, so that sums over a trace are right. Every span has an end: what was still open when
the attempt ended, however it ended, ends with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from crewlab.definitions.models import model_of
from crewlab.executions.events import (
    BaseEvent,
    GuardrailChecked,
    ModelCallEnded,
    ModelCallFailed,
    ModelCallRetried,
    ModelCallStarted,
    StatusChanged,
    StepEvent,
    TaskEnded,
    TaskFailed,
    TaskStarted,
    ToolCallEnded,
    ToolCallFailed,
    ToolCallStarted,
)
from crewlab.executions.execution import Execution
from crewlab.executions.fingerprints import Fingerprints
from crewlab.executions.span import Operation, Span, SpanEvent, Value
from crewlab.executions.status import ExecutionStatus
from crewlab.executions.step_spans import StepSpans

_PROVIDERS = {
    "anthropic": "anthropic",
    "azure": "azure.ai.openai",
    "bedrock": "aws.bedrock",
    "deepseek": "deepseek",
    "gemini": "gcp.gemini",
    "openai": "openai",
    "rehearsal": "crewlab.rehearsal",
}
"""Our names of providers -> those of the conventions; others are their own."""


def trace_id(execution_id: str) -> str:
    """32 hexadecimal digits: those of the execution, so that one finds the other. All its attempts are one trace."""
    try:
        return UUID(execution_id).hex
    except ValueError:
        return hashlib.sha256(execution_id.encode()).hexdigest()[:32]


def root_id(execution_id: str, attempt: int) -> str:
    """The id of the span of a whole attempt."""
    return _span_id(execution_id, attempt, "attempt")


def spans_of(
    execution: Execution, attempt: int, events: Iterable[BaseEvent], parent_id: str | None = None
) -> list[Span]:
    """The spans of one attempt that is over, the whole attempt first; empty when it has no event.

    `parent_id` is the span of the step of a flow that runs it.
    """
    own = [event for event in events if event.attempt == attempt]
    if not own:
        return []
    tree = _Tree(execution, attempt, own, parent_id)
    for event in own:
        tree.take(event)
    return tree.finished(own[-1].occurred_at)


class _Tree:
    """The spans of an attempt while its events are read."""

    def __init__(self, execution: Execution, attempt: int, events: Sequence[BaseEvent], parent_id: str | None) -> None:
        self._key = (execution.execution_id, attempt)
        self._root = Span(
            root_id(*self._key),
            parent_id,
            "invoke_workflow",
            f"invoke_workflow {execution.definition_name}",
            _begin(events),
        )
        self._steps = StepSpans(*self._key, self._root.span_id)
        self._fingerprints = Fingerprints(execution.document)
        self._root.tell({**_of_execution(execution, attempt), **self._fingerprints.crew})
        self._tasks: dict[str, Span] = {}
        self._calls: dict[str, Span] = {}
        self._delegates: dict[tuple[str, str], Span] = {}

    def take(self, event: BaseEvent) -> None:
        """Whatever has no place in the tree is left out."""
        match event:
            case StatusChanged():
                self._status(event)
            case StepEvent():
                self._steps.take(event)
            case TaskStarted():
                self._tasks[event.task_name or ""] = self._task(event)
            case TaskEnded() if event.task_name in self._tasks:
                self._end_task(self._tasks[event.task_name], event)
            case ModelCallStarted() | ModelCallEnded():
                self._model_call(event)
            case ToolCallStarted() | ToolCallEnded():
                self._tool_call(event)
            case ModelCallRetried() if event.call_id in self._calls:
                note = _note(event, "retry", {"wait_seconds": event.wait_seconds, "http_status": event.status})
                self._calls[event.call_id].events.append(note)
            case GuardrailChecked() if event.task_name in self._tasks:
                note = _note(event, "guardrail", {"guardrail": event.guardrail, "passed": event.passed})
                self._tasks[event.task_name].events.append(note)

    def finished(self, at: datetime) -> list[Span]:
        """All spans, each with an end."""
        spans = [
            self._root,
            *self._steps.spans,
            *self._tasks.values(),
            *self._delegates.values(),
            *self._calls.values(),
        ]
        for span in spans:
            if span.ended_at is None:
                span.ended_at = max(at, span.started_at)
                if span is not self._root:
                    span.attributes["crewlab.outcome"] = "interrupted"
        return spans

    # -- the attempt and its tasks -------------------------------------------------------------------------------

    def _status(self, event: StatusChanged) -> None:
        self._root.attributes["crewlab.status"] = event.status.value
        if event.reason:
            self._root.attributes["crewlab.reason"] = event.reason
        if event.status in (ExecutionStatus.FAILED, ExecutionStatus.INTERRUPTED):
            self._root.fail(event.reason or event.status.value, event.message)

    def _task(self, event: TaskStarted) -> Span:
        span = self._agent(f"task {event.task_name}", self._root.span_id, event)
        span.attributes["crewlab.task.index"] = event.task_index
        return span

    def _agent(self, key: str, parent_id: str, event: BaseEvent) -> Span:
        name = f"invoke_agent {event.agent}" if event.agent else "invoke_agent"
        span = Span(_span_id(*self._key, key), parent_id, "invoke_agent", name, event.occurred_at)
        fingerprint = self._fingerprints.of(event.task_name, event.agent)
        span.tell({"gen_ai.agent.name": event.agent, **self._common(event), **fingerprint})
        return span

    def _end_task(self, span: Span, event: TaskEnded) -> None:
        span.ended_at = event.occurred_at
        span.tell({"gen_ai.agent.name": event.agent, "crewlab.outcome": _outcome(event)})
        if event.agent:  # a manager chooses it late
            span.name = f"invoke_agent {event.agent}"
        if isinstance(event, TaskFailed):
            span.fail(event.error.type, event.error.message)

    # -- calls ---------------------------------------------------------------------------------------------------

    def _model_call(self, event: ModelCallStarted | ModelCallEnded) -> None:
        span = self._call(event.call_id, "chat", event.model, event)
        span.tell({"gen_ai.request.model": event.model, "gen_ai.provider.name": _provider(event.model)})
        if isinstance(event, ModelCallEnded):
            span.ended_at = event.occurred_at
            span.tell({"crewlab.outcome": _outcome(event), **_of_answer(event)})
            if isinstance(event, ModelCallFailed):
                span.fail(event.error.type, event.error.message)

    def _tool_call(self, event: ToolCallStarted | ToolCallEnded) -> None:
        span = self._call(event.call_id, "execute_tool", event.tool, event)
        span.tell({"gen_ai.tool.name": event.tool, "gen_ai.tool.call.id": event.call_id})
        if isinstance(event, ToolCallEnded):
            span.ended_at = event.occurred_at
            span.tell({"crewlab.outcome": _outcome(event), "crewlab.is_replay": event.is_replay})
            if isinstance(event, ToolCallFailed):
                span.fail(event.error.type, event.error.message)

    def _call(
        self,
        call_id: str,
        operation: Operation,
        name: str,
        event: ModelCallStarted | ModelCallEnded | ToolCallStarted | ToolCallEnded,
    ) -> Span:
        """The span of a call, begun at its first event; a call that is known by its end alone began when that says."""
        if call_id not in self._calls:
            began = event.started_at if isinstance(event, ModelCallEnded | ToolCallEnded) else event.occurred_at
            parent = self._parent(event)
            span_id = _span_id(*self._key, call_id)
            span = Span(span_id, parent.span_id, operation, f"{operation} {name}", began, call_id=call_id)
            span.tell({"gen_ai.agent.name": event.agent, **self._common(event)})
            self._calls[call_id] = span
        self._delegate_works(self._calls[call_id], event)
        return self._calls[call_id]

    def _parent(self, event: ModelCallStarted | ModelCallEnded | ToolCallStarted | ToolCallEnded) -> Span:
        """The coworker that works on what was delegated, the task or step, or the whole attempt."""
        delegation = self._calls.get(event.parent_call_id or "")
        if delegation is None:
            return (
                self._tasks.get(event.task_name or "") or self._steps.of(event.task_name, event.step_call) or self._root
            )
        key = (str(event.parent_call_id), event.agent or "")
        if key not in self._delegates:
            self._delegates[key] = self._agent(f"delegate {key[0]} {key[1]}", delegation.span_id, event)
        return self._delegates[key]

    def _delegate_works(self, call: Span, event: BaseEvent) -> None:
        """A coworker's work lasts until its last call is over; nothing else tells its end."""
        for delegate in self._delegates.values():
            if delegate.span_id == call.parent_id:
                delegate.ended_at = max(event.occurred_at, delegate.started_at)
                delegate.attributes["crewlab.outcome"] = "completed"

    def _common(self, event: BaseEvent) -> dict[str, Value | None]:
        execution_id, attempt = self._key
        return {
            "crewlab.execution.id": execution_id,
            "crewlab.attempt": attempt,
            "crewlab.task.name": event.task_name,
        }


def _begin(events: Sequence[BaseEvent]) -> datetime:
    """When somebody took it up; time in the queue is not a part of it."""
    taken = (ExecutionStatus.PREPARING, ExecutionStatus.RUNNING)
    starts = (event for event in events if isinstance(event, StatusChanged) and event.status in taken)
    return next(starts, events[0]).occurred_at


def _of_execution(execution: Execution, attempt: int) -> dict[str, Value | None]:
    return {
        "gen_ai.workflow.name": execution.definition_name,
        "crewlab.execution.id": execution.execution_id,
        "crewlab.attempt": attempt,
        "crewlab.definition.version": execution.version_number,
        "crewlab.definition.hash": execution.content_hash,
        "crewlab.batch.id": execution.batch_id,
        "crewlab.origin.execution.id": execution.origin_execution_id,
        "crewlab.is_rehearsal": execution.is_rehearsal,
    }


def _of_answer(event: ModelCallEnded) -> dict[str, Value | None]:
    return {
        "gen_ai.usage.input_tokens": event.input_tokens,
        "gen_ai.usage.output_tokens": event.output_tokens,
        "gen_ai.usage.cache_read.input_tokens": event.cached_tokens,
        "gen_ai.usage.reasoning.output_tokens": event.reasoning_tokens,
        "gen_ai.response.finish_reasons": (event.finish_reason,) if event.finish_reason else None,
        "crewlab.purpose": event.purpose,
        "crewlab.cost_usd": event.cost_usd,
        "crewlab.retries": event.retries,
        "crewlab.is_rehearsal": event.is_rehearsal,
        "crewlab.is_replay": event.is_replay,
    }


def _outcome(event: TaskEnded | ModelCallEnded | ToolCallEnded) -> str:
    """`completed`, `failed`, `cancelled`, …: the last word of its kind."""
    return event.kind.rpartition("_")[2]


def _provider(model: str) -> str:
    provider = model_of(model).provider or model.partition("/")[0]
    return _PROVIDERS.get(provider, provider)


def _note(event: BaseEvent, name: str, attributes: Mapping[str, Value | None]) -> SpanEvent:
    known = {key: value for key, value in attributes.items() if value is not None}
    return SpanEvent(name, event.occurred_at, known)


def _span_id(execution_id: str, attempt: int, key: str) -> str:
    return hashlib.sha256(f"{execution_id} {attempt} {key}".encode()).hexdigest()[:16]
