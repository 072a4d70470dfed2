"""Questions to people as they are stored: what tasks were parked with, and what is still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb

from crewlab.executions.events import PersonAsked
from crewlab.executions.person import ParkedTask, PersonAnswer, Question
from crewlab.store.text import json_text, parse_json, visible

if TYPE_CHECKING:
    from crewlab.store.database import Database

_PARKED = """
SELECT execution_id, question_id, task_index, task_name, agent, attempt, output, output_json, conversation,
       timeout_seconds, decision, answer, answered_by, outcome
FROM questions q
WHERE execution_id IN (SELECT unnest($ids)) AND NOT EXISTS (
    SELECT 1 FROM tasks t
    WHERE t.execution_id = q.execution_id AND t.task_index = q.task_index AND t.status = 'completed'
) AND NOT EXISTS (
    SELECT 1 FROM steps s
    WHERE s.execution_id = q.execution_id AND s.step = q.task_name
      AND (s.status = 'completed' OR (s.status = 'failed' AND s.outcome IS NOT NULL))
      AND s.step_index * 100000 + s.call_number = q.task_index
)
QUALIFY row_number() OVER (PARTITION BY execution_id, task_index ORDER BY attempt DESC, asked_at DESC) = 1
ORDER BY execution_id, task_index
"""
_QUESTION = (
    "question_id, execution_id, owner, definition_name, batch_id, row_number, status, is_rehearsal, task_index, "
    "task_name, agent, prompt, output, output_json, asked_at, deadline, on_timeout, feedback, outcomes"
)
_OPEN = f"""
SELECT {_QUESTION} FROM v_questions
WHERE is_open AND owner = $owner
  AND ($execution_id IS NULL OR execution_id = $execution_id OR root_execution_id = $execution_id)
ORDER BY asked_at, question_id
LIMIT $limit
"""
_FEEDBACK = """
SELECT question_id, task_index, task_name, agent, attempt, output, output_json, conversation, timeout_seconds,
       decision, answer, answered_by, outcome
FROM questions q
WHERE decision = 'feedback' AND (
    execution_id = $id
    OR EXISTS (
        FROM given_tasks g
        WHERE g.execution_id = $id AND g.from_execution_id = q.execution_id AND g.task_index = q.task_index
    )
)
ORDER BY asked_at, question_id
"""
_OVERDUE = f"SELECT {_QUESTION} FROM v_questions WHERE is_open AND deadline <= $now ORDER BY deadline, question_id"
_NEXT = "SELECT min(deadline) FROM v_questions WHERE is_open AND status = 'waiting'"


def parked_tasks(cursor: duckdb.DuckDBPyConnection, execution_ids: Sequence[str]) -> dict[str, dict[int, ParkedTask]]:
    """The newest question about each task that has not been completed since, by execution and task."""
    found: dict[str, dict[int, ParkedTask]] = {}
    if not execution_ids:
        return found
    for execution_id, *values in cursor.execute(_PARKED, {"ids": list(execution_ids)}).fetchall():
        task = _parked(values)
        found.setdefault(execution_id, {})[task.task_index] = task
    return found


def _parked(values: Sequence[Any]) -> ParkedTask:
    (
        question_id,
        index,
        name,
        agent,
        attempt,
        output,
        output_json,
        conversation,
        seconds,
        decision,
        text,
        by,
        outcome,
    ) = values
    return ParkedTask(
        question_id=question_id,
        task_index=index,
        task_name=name,
        agent=agent,
        attempt=attempt,
        output=output,
        output_json=parse_json(output_json),
        conversation=tuple(parse_json(conversation)),
        timeout_seconds=seconds,
        answer=None if decision is None else PersonAnswer(decision=decision, text=text or "", by=by, outcome=outcome),
    )


def parked_by(event: PersonAsked) -> ParkedTask:
    """What the writer keeps in memory of a question that is being asked."""
    return ParkedTask(
        question_id=event.question_id,
        task_index=event.task_index,
        task_name=visible(event.task_name or ""),
        agent=visible(event.agent or ""),
        attempt=event.attempt,
        output=visible(event.output),
        output_json=event.output_json,
        conversation=event.conversation,
        timeout_seconds=event.timeout_seconds,
    )


def question_row(event: PersonAsked) -> tuple[Any, ...]:
    """The row of a new question, in the order of `tables.QUESTIONS`."""
    return (
        event.question_id,
        event.execution_id,
        event.attempt,
        event.task_index,
        visible(event.task_name or ""),
        visible(event.agent or ""),
        visible(event.prompt),
        visible(event.output),
        None if event.output_json is None else json_text(event.output_json),
        json_text(event.conversation),
        event.occurred_at,
        event.timeout_seconds,
        event.deadline,
        event.on_timeout,
        visible(event.feedback),
        json_text(event.outcomes),
    )


class QuestionReads:
    """What waits for a person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, *, owner: str, execution_id: str | None = None, limit: int | None = None) -> list[Question]:
        """The open questions of an owner, the oldest first; of a flow, those of everything that it runs, too."""
        return self._questions(_OPEN, {"owner": owner, "execution_id": execution_id, "limit": limit})

    def count(self, *, owner: str) -> int:
        """How many questions of an owner are open."""
        sql = "SELECT count(*) FROM v_questions WHERE is_open AND owner = ?"
        return int(self._database.rows(sql, [owner])[0][0])

    def feedback(self, execution_id: str) -> list[ParkedTask]:
        """What people sent back in an execution, in the order in which they were asked.

        What they said of the tasks that a fork was given belongs to the fork, too.
        """
        return [_parked(row) for row in self._database.rows(_FEEDBACK, {"id": execution_id})]

    def overdue(self, now: datetime) -> list[Question]:
        """The open questions of all owners whose deadline is over."""
        return self._questions(_OVERDUE, {"now": now})

    def next_deadline(self) -> datetime | None:
        """The first deadline of all executions that wait."""
        deadline: datetime | None = self._database.rows(_NEXT)[0][0]
        return deadline

    def _questions(self, sql: str, parameters: Mapping[str, Any]) -> list[Question]:
        names = _QUESTION.split(", ")
        rows = (dict(zip(names, row, strict=True)) for row in self._database.rows(sql, dict(parameters)))
        return [Question(**row | {name: parse_json(row[name]) for name in ("output_json", "outcomes")}) for row in rows]
