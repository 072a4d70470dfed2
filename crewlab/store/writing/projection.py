"""Which rows follow from which event."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from crewlab.executions.accounting import usage_of
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import (
    BaseEvent,
    ModelCallCancelled,
    ModelCallCompleted,
    ModelCallEnded,
    ModelCallFailed,
    PersonAnswered,
    PersonAsked,
    TaskCancelled,
    TaskCompleted,
    TaskEnded,
    TaskFailed,
    TaskParked,
    TaskReused,
    TaskSkipped,
    TaskStarted,
    ToolCallCancelled,
    ToolCallCompleted,
    ToolCallEnded,
    ToolCallFailed,
)
from crewlab.executions.person import PersonAnswer
from crewlab.executions.usage import Usage
from crewlab.store.questions import parked_by, question_row
from crewlab.store.text import json_text, model_json, visible, visible_or_none
from crewlab.store.writing.execution_state import NO_USAGE, ExecutionState, TaskState
from crewlab.store.writing.step_projection import STEP_PROJECTIONS

if TYPE_CHECKING:
    from crewlab.store.writing.round import Round

_ENVELOPE = set(BaseEvent.model_fields)
_ON_THE_ROW_ONLY: dict[type[BaseEvent], set[str]] = {
    ModelCallEnded: {"messages", "response", "parameters"},
    ToolCallEnded: {"arguments", "result"},
    PersonAsked: {"output", "output_json", "conversation"},
}
"""Large fields that a row of its own holds, and the stored event leaves out."""

_excluded: dict[type[BaseEvent], set[str]] = {}


def payload_of(event: BaseEvent) -> str:
    """The fields that only this class of event has, as JSON text."""
    excluded = _excluded.get(type(event))
    if excluded is None:
        parts = [fields for base, fields in _ON_THE_ROW_ONLY.items() if isinstance(event, base)]
        excluded = _excluded[type(event)] = _ENVELOPE.union(*parts)
    return model_json(event, excluded)


def project(event: BaseEvent, sequence: int, state: ExecutionState, rows: Round) -> None:
    """Bring `state` up to date with `event`, and add the rows that follow from it to `rows`."""
    projection = _PROJECTIONS.get(type(event))
    if projection is not None:
        projection(event, sequence, state, rows)


def _task_started(event: TaskStarted, _sequence: int, state: ExecutionState, rows: Round) -> None:
    task = _new_task(event, event.task_index, state, rows)
    task.description = visible(event.description)
    task.context = json_text(event.context)
    task.started_at = event.occurred_at
    if event.attempt == state.attempt:
        state.open_tasks[event.task_index] = task
        state.show_current_tasks()
    rows.change_task(task)
    rows.change(state)


def _task_ended(event: TaskEnded, _sequence: int, state: ExecutionState, rows: Round) -> None:
    task = _ended_task(event, state, rows)
    task.status = _TASK_STATUS[type(event)]
    task.ended_at = event.occurred_at
    task.output = visible_or_none(event.output)
    task.output_json = None if event.output_json is None else json_text(event.output_json)
    task.error = _error_text(event)
    if isinstance(event, TaskReused):
        task.reused_from_attempt = event.from_attempt
        task.reused_from_execution_id = event.from_execution_id
        task.is_edited = event.is_edited
    if event.usage != NO_USAGE:
        task.usage = event.usage
    if event.usage.guardrail_retries:
        rows.add_usage(state, Usage(guardrail_retries=event.usage.guardrail_retries))
    if event.attempt == state.attempt:
        state.show_current_tasks()
        if isinstance(event, TaskCompleted):
            state.parked.pop(event.task_index, None)
        if event.tasks_total:
            state.tasks_done = event.tasks_done
    rows.change_task(task)
    rows.change(state)


def _ended_task(event: TaskEnded, state: ExecutionState, rows: Round) -> TaskState:
    task = state.open_tasks.pop(event.task_index, None) if event.attempt == state.attempt else None
    if task is None and not isinstance(event, TaskReused | TaskSkipped):  # its execution had ended before it did
        task = rows.stored_task(event.execution_id, event.attempt, event.task_index)
    if task is None:
        task = _new_task(event, event.task_index, state, rows)
        task.started_at = event.started_at
    return task


def _new_task(event: BaseEvent, index: int, state: ExecutionState, rows: Round) -> TaskState:
    """A task that begins; its row is replaced should the attempt have had one already."""
    return TaskState(
        execution_id=event.execution_id,
        attempt=event.attempt,
        task_index=index,
        task_name=visible(event.task_name or f"task {index + 1}"),
        agent=visible_or_none(event.agent),
        is_stored=rows.has_task(state, event.attempt, index),
    )


def _model_call_ended(event: ModelCallEnded, sequence: int, state: ExecutionState, rows: Round) -> None:
    rows.model_calls.append((
        event.execution_id,
        event.attempt,
        sequence,
        event.call_id,
        visible_or_none(event.task_name),
        visible_or_none(event.agent),
        event.purpose,
        visible(event.model),
        _CALL_STATUS[type(event)],
        event.started_at,
        event.occurred_at,
        event.input_tokens,
        event.output_tokens,
        event.cached_tokens,
        event.reasoning_tokens,
        event.cost_usd,
        None if event.price is None else json_text(event.price),
        event.retries,
        event.finish_reason,
        json_text(event.messages),
        json_text(event.tools),
        json_text(event.parameters),
        visible_or_none(event.response),
        _error_text(event),
        event.is_rehearsal,
        event.is_replay,
    ))  # fmt: skip
    state.is_rehearsal |= event.is_rehearsal
    if event.model not in state.models:
        state.models.append(visible(event.model))
    _count(event, state, rows)


def _tool_call_ended(event: ToolCallEnded, sequence: int, state: ExecutionState, rows: Round) -> None:
    rows.tool_calls.append((
        event.execution_id,
        event.attempt,
        sequence,
        event.call_id,
        visible_or_none(event.task_name),
        visible_or_none(event.agent),
        visible(event.tool),
        _CALL_STATUS[type(event)],
        event.started_at,
        event.occurred_at,
        None if event.arguments is None else json_text(event.arguments),
        visible_or_none(event.result),
        event.from_cache,
        _error_text(event),
        event.is_replay,
    ))  # fmt: skip
    _count(event, state, rows)


def _person_asked(event: PersonAsked, _sequence: int, state: ExecutionState, rows: Round) -> None:
    rows.questions.append(question_row(event))
    if event.attempt == state.attempt:
        state.parked[event.task_index] = parked_by(event)


def _person_answered(event: PersonAnswered, _sequence: int, state: ExecutionState, rows: Round) -> None:
    rows.answered_questions.append(
        (
            event.question_id,
            event.occurred_at,
            event.decision,
            visible(event.text),
            event.by,
            visible_or_none(event.outcome),
        )
    )
    answer = PersonAnswer(decision=event.decision, text=visible(event.text), by=event.by, outcome=event.outcome)
    if task := state.parked.get(event.task_index):
        state.parked[event.task_index] = task.model_copy(update={"answer": answer})


def _count(event: BaseEvent, state: ExecutionState, rows: Round) -> None:
    """Add what a call used to its execution and, while that runs, to its task."""
    usage = usage_of(event)
    if usage is None:
        return
    rows.add_usage(state, usage)
    if event.attempt != state.attempt:
        return
    for task in state.open_tasks.values():
        if task.task_name == event.task_name:
            task.usage += usage
            rows.change_task(task)
    for step in state.open_steps.values():
        if (step.step, step.call_number) == (event.task_name, getattr(event, "step_call", None)):
            step.usage += usage
            rows.change_step(step)


def _error_text(event: BaseEvent) -> str | None:
    error: ErrorReport | None = getattr(event, "error", None)
    return None if error is None else model_json(error, set())


_TASK_STATUS: dict[type[BaseEvent], str] = {
    TaskCompleted: "completed",
    TaskFailed: "failed",
    TaskCancelled: "cancelled",
    TaskReused: "reused",
    TaskParked: "waiting",
    TaskSkipped: "skipped",
}

_CALL_STATUS: dict[type[BaseEvent], str] = {
    ModelCallCompleted: "completed",
    ModelCallFailed: "failed",
    ModelCallCancelled: "cancelled",
    ToolCallCompleted: "completed",
    ToolCallFailed: "failed",
    ToolCallCancelled: "cancelled",
}

_PROJECTIONS: dict[type[BaseEvent], Callable[[Any, int, ExecutionState, Round], None]] = {
    TaskStarted: _task_started,
    PersonAsked: _person_asked,
    PersonAnswered: _person_answered,
    **dict.fromkeys(_TASK_STATUS, _task_ended),
    **{kind: _model_call_ended for kind in _CALL_STATUS if issubclass(kind, ModelCallEnded)},
    **STEP_PROJECTIONS,
    **{kind: _tool_call_ended for kind in _CALL_STATUS if issubclass(kind, ToolCallEnded)},
}
