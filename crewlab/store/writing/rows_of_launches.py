"""The rows of executions that have just been launched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crewlab.executions.batch import NewBatch
from crewlab.executions.execution import NewExecution, StoredTask
from crewlab.executions.steps import FinishedStep, FlowHistory
from crewlab.store.text import hash_of, json_text, model_json, visible, visible_or_none
from crewlab.store.writing.execution_state import ExecutionState

if TYPE_CHECKING:
    from crewlab.store.writing.round import Round


def add(
    rows: Round,
    executions: Sequence[NewExecution],
    batch: NewBatch | None,
    given: Mapping[str, Sequence[StoredTask]],
    at: datetime,
) -> None:
    """Add the rows of a launch: the executions as `pending`, their documents once, their batch, one event each."""
    if batch is not None:
        rows.batches.append(_batch_row(batch, len(executions), at))
    for execution, document_hash, document in _with_documents(executions):
        if not rows.states.has_document(document_hash):
            rows.documents.append((document_hash, document))
            rows.states.add_document(document_hash, document)
        state = ExecutionState(_fixed(execution, document_hash, at), is_rehearsal=execution.is_rehearsal)
        if tasks := given.get(execution.execution_id):
            state.finished_tasks = tuple(tasks)
            rows.given_tasks.extend(_given_row(execution.execution_id, task) for task in tasks)
        rows.states.add(state)
        rows.new_executions.append(state)
        rows.log_status(state, at)


def give_steps(rows: Round, given: Mapping[str, Sequence[FinishedStep]]) -> None:
    """Keep calls of steps that stand in for those of new executions."""
    for execution_id, steps in given.items():
        state = rows.states.get(execution_id)
        if state is not None and steps:
            state.history = FlowHistory.given(steps)
            rows.given_steps += [_given_step(execution_id, place, step) for place, step in enumerate(steps)]


def _given_step(execution_id: str, place: int, step: FinishedStep) -> tuple[Any, ...]:
    return (
        execution_id,
        place,
        visible(step.step),
        step.call_number,
        step.execution_id,
        step.attempt,
        step.is_edited,
        None if step.output is None else json_text(step.output),
        visible_or_none(step.outcome),
        None if step.error is None else model_json(step.error, set()),
        step.child_execution_id,
        json_text(step.writes),
        step.is_begun,
    )


def _with_documents(executions: Sequence[NewExecution]) -> Iterator[tuple[NewExecution, str, str]]:
    """Each execution with its document as text. Neighbours mostly run the same document: it is printed once."""
    last: dict[str, Any] | None = None
    text = document_hash = ""
    for execution in executions:
        if last is None or execution.document != last:
            last, text = execution.document, json_text(execution.document)
            document_hash = hashlib.sha256(text.encode()).hexdigest()
        yield execution, document_hash, text


def _fixed(execution: NewExecution, document_hash: str, at: datetime) -> dict[str, Any]:
    """The columns that never change, in the order of `tables.FIXED`."""
    return {
        "execution_id": execution.execution_id,
        "owner": execution.owner,
        "definition_id": execution.definition_id,
        "definition_name": visible(execution.definition_name),
        "version_number": execution.version_number,
        "content_hash": execution.content_hash,
        "document_hash": document_hash,
        "inputs": json_text(execution.inputs),
        "input_hash": hash_of(execution.inputs),
        "options": model_json(execution.options, set()),
        "origin": execution.origin,
        "priority": execution.options.priority,
        "batch_id": execution.batch_id,
        "row_number": execution.row_number,
        "tasks_total": execution.tasks_total,
        "created_at": at,
        "origin_execution_id": execution.origin_execution_id,
        "forked_from_task": visible_or_none(execution.forked_from_task),
        "dedicated": visible_or_none(execution.dedicated),
        "kind": execution.kind,
        "parent_execution_id": execution.parent_execution_id,
        "parent_step": visible_or_none(execution.parent_step),
        "root_execution_id": execution.root_execution_id,
    }


def _given_row(execution_id: str, task: StoredTask) -> tuple[Any, ...]:
    return (
        execution_id,
        task.task_index,
        visible(task.task_name),
        visible(task.agent),
        task.execution_id,
        task.attempt,
        task.is_edited,
        visible(task.output),
        None if task.output_json is None else json_text(task.output_json),
    )


def _batch_row(batch: NewBatch, size: int, at: datetime) -> tuple[Any, ...]:
    return (
        batch.batch_id,
        batch.owner,
        visible(batch.name),
        batch.definition_id,
        visible(batch.definition_name),
        batch.version_number,
        json_text(batch.input_columns),
        batch.origin,
        at,
        size,
    )
