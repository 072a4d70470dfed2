"""Which rows follow from the events of steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from crewlab.executions.events import (
    BaseEvent,
    StateChanged,
    StepCancelled,
    StepCompleted,
    StepEnded,
    StepFailed,
    StepParked,
    StepReused,
    StepStarted,
)
from crewlab.executions.steps import question_index
from crewlab.store.text import json_text, model_json, visible, visible_or_none
from crewlab.store.writing.execution_state import ExecutionState
from crewlab.store.writing.step_state import NO_USAGE, StepState

if TYPE_CHECKING:
    from crewlab.store.writing.round import Round


def _step_started(event: StepStarted, _sequence: int, state: ExecutionState, rows: Round) -> None:
    step = _new_step(event, state, rows)
    step.trigger = json_text(event.trigger)
    step.inputs = json_text([one.model_dump() for one in event.inputs])
    step.started_at = event.occurred_at
    if event.attempt == state.attempt:
        state.open_steps[step.call] = step
        state.show_current_tasks()
    rows.change_step(step)
    rows.change(state)


def _step_ended(event: StepEnded, sequence: int, state: ExecutionState, rows: Round) -> None:
    step = _ended_step(event, state, rows)
    step.status, step.ended_at, step.end_sequence = _STATUS[type(event)], event.occurred_at, sequence
    step.output = None if event.output is None else json_text(event.output)
    step.outcome = visible_or_none(event.outcome)
    step.child_execution_id = event.child_execution_id or step.child_execution_id
    if isinstance(event, StepFailed | StepReused) and event.error is not None:
        step.error = model_json(event.error, set())
    if isinstance(event, StepReused):
        step.reused_from_attempt = event.from_attempt
        step.reused_from_execution_id = event.from_execution_id
        step.is_edited = event.is_edited
    if event.attempt == state.attempt:
        state.show_current_tasks()
        _settle_question(event, state, rows)
        if event.tasks_total:
            state.tasks_done = event.tasks_done
    rows.change_step(step)
    rows.change(state)


def _settle_question(event: StepEnded, state: ExecutionState, rows: Round) -> None:
    """What was said is forgotten once the flow has gone on from it; a failure that ends the flow keeps it."""
    index = question_index(event.step_index, event.call_number)
    if isinstance(event, StepCompleted) or (isinstance(event, StepFailed) and event.outcome is not None):
        state.parked.pop(index, None)
    elif isinstance(event, StepFailed) and event.asks_again and (asked := state.parked.get(index)) is not None:
        rows.ask_again(state, asked, None)


def _ended_step(event: StepEnded, state: ExecutionState, rows: Round) -> StepState:
    call = (visible(event.step), event.call_number)
    step = state.open_steps.pop(call, None) if event.attempt == state.attempt else None
    if step is None and not isinstance(event, StepReused):  # its execution had ended before it did
        step = rows.stored_step(event.execution_id, event.attempt, call)
    if step is None:
        step = _new_step(event, state, rows)
        step.started_at = event.started_at
    return step


def _new_step(event: StepStarted | StepEnded, state: ExecutionState, rows: Round) -> StepState:
    """A call that begins, or goes on after a person has answered: what it has used until then stays with it."""
    call = (visible(event.step), event.call_number)
    is_stored = rows.has_step(state, event.attempt, call)
    before = rows.stored_step(event.execution_id, event.attempt, call) if is_stored else None
    return StepState(
        execution_id=event.execution_id,
        attempt=event.attempt,
        step=call[0],
        call_number=event.call_number,
        step_index=event.step_index,
        kind=event.step_kind,
        child_execution_id=event.child_execution_id,
        usage=NO_USAGE if before is None else before.usage,
        is_stored=is_stored,
    )


def _state_changed(event: StateChanged, sequence: int, _state: ExecutionState, rows: Round) -> None:
    rows.state_changes += [
        (
            event.execution_id,
            event.attempt,
            sequence,
            event.occurred_at,
            visible(event.step),
            event.call_number,
            visible(change.field),
            json_text(change.before),
            json_text(change.after),
        )
        for change in event.changes
    ]


_STATUS: dict[type[BaseEvent], str] = {
    StepCompleted: "completed",
    StepFailed: "failed",
    StepCancelled: "cancelled",
    StepReused: "reused",
    StepParked: "parked",
}

STEP_PROJECTIONS: dict[type[BaseEvent], Callable[[Any, int, ExecutionState, Round], None]] = {
    StepStarted: _step_started,
    StateChanged: _state_changed,
    **dict.fromkeys(_STATUS, _step_ended),
}
"""By the class of the event."""
