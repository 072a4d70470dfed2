"""The tables that the writer fills: their columns, in the order in which rows have them."""

from __future__ import annotations

from crewlab.store.table import BOOL, INT, LONG, REAL, TEXT, TIME, inserting, updating

USAGE = {
    "model_calls": INT,
    "failed_calls": INT,
    "input_tokens": LONG,
    "output_tokens": LONG,
    "cached_tokens": LONG,
    "reasoning_tokens": LONG,
    "cost_usd": REAL,
    "unpriced_calls": INT,
    "unknown_calls": INT,
    "tool_calls": INT,
    "retries": INT,
    "guardrail_retries": INT,
}
"""The columns of a `Usage`, in the order of its fields."""

EVENTS = inserting(
    "events",
    {
        "event_id": LONG,
        "execution_id": TEXT,
        "attempt": INT,
        "sequence": INT,
        "occurred_at": TIME,
        "level": TEXT,
        "kind": TEXT,
        "task_name": TEXT,
        "agent": TEXT,
        "message": TEXT,
        "payload": TEXT,
    },
    payload="::JSON::VARIANT",
)

TASK = {
    "execution_id": TEXT,
    "attempt": INT,
    "task_index": INT,
    "task_name": TEXT,
    "agent": TEXT,
    "status": TEXT,
    "description": TEXT,
    "context": TEXT,
    "started_at": TIME,
    "ended_at": TIME,
    "output": TEXT,
    "output_json": TEXT,
    "error": TEXT,
    "reused_from_attempt": INT,
    "reused_from_execution_id": TEXT,
    "is_edited": BOOL,
    **USAGE,
}
"""The columns of a task. New and changed rows are told apart: an upsert costs three times as much as either."""

NEW_TASKS = inserting("tasks", TASK)
CHANGED_TASKS = updating("tasks", ["execution_id", "attempt", "task_index"], TASK)

MODEL_CALLS = inserting(
    "model_calls",
    {
        "execution_id": TEXT,
        "attempt": INT,
        "sequence": INT,
        "call_id": TEXT,
        "task_name": TEXT,
        "agent": TEXT,
        "purpose": TEXT,
        "model": TEXT,
        "status": TEXT,
        "started_at": TIME,
        "ended_at": TIME,
        "input_tokens": LONG,
        "output_tokens": LONG,
        "cached_tokens": LONG,
        "reasoning_tokens": LONG,
        "cost_usd": REAL,
        "price": TEXT,
        "retries": INT,
        "finish_reason": TEXT,
        "messages": TEXT,
        "tools": TEXT,
        "parameters": TEXT,
        "response": TEXT,
        "error": TEXT,
        "is_rehearsal": BOOL,
        "is_replay": BOOL,
    },
)

TOOL_CALLS = inserting(
    "tool_calls",
    {
        "execution_id": TEXT,
        "attempt": INT,
        "sequence": INT,
        "call_id": TEXT,
        "task_name": TEXT,
        "agent": TEXT,
        "tool": TEXT,
        "status": TEXT,
        "started_at": TIME,
        "ended_at": TIME,
        "arguments": TEXT,
        "result": TEXT,
        "from_cache": BOOL,
        "error": TEXT,
        "is_replay": BOOL,
    },
)

BATCHES = inserting(
    "batches",
    {
        "batch_id": TEXT,
        "owner": TEXT,
        "name": TEXT,
        "definition_id": TEXT,
        "definition_name": TEXT,
        "version_number": INT,
        "input_columns": TEXT,
        "origin": TEXT,
        "created_at": TIME,
        "size": INT,
    },
)

DOCUMENTS = inserting("documents", {"document_hash": TEXT, "document": TEXT}, verb="INSERT OR IGNORE")

FIXED = {
    "execution_id": TEXT,
    "owner": TEXT,
    "definition_id": TEXT,
    "definition_name": TEXT,
    "version_number": INT,
    "content_hash": TEXT,
    "document_hash": TEXT,
    "inputs": TEXT,
    "input_hash": TEXT,
    "options": TEXT,
    "origin": TEXT,
    "priority": INT,
    "batch_id": TEXT,
    "row_number": INT,
    "tasks_total": INT,
    "created_at": TIME,
    "origin_execution_id": TEXT,
    "forked_from_task": TEXT,
    "dedicated": TEXT,
    "kind": TEXT,
    "parent_execution_id": TEXT,
    "parent_step": TEXT,
    "root_execution_id": TEXT,
}
"""Columns of an execution that no attempt changes; a resume may change the limits among the options."""

STATUS = {
    "status": TEXT,
    "status_message": TEXT,
    "reason": TEXT,
    "attempt": INT,
    "last_sequence": INT,
    "started_at": TIME,
    "in_flight_since": TIME,
    "ended_at": TIME,
    "duration_seconds": REAL,
}
"""Columns of an execution that a mere move of its status changes."""

MOVING = {
    **STATUS,
    "tasks_done": INT,
    "current_task": TEXT,
    "output": TEXT,
    "output_json": TEXT,
    "error": TEXT,
    "is_rehearsal": BOOL,
    "models": TEXT,
    **USAGE,
}
"""Columns of an execution that its attempts change."""

NEW_EXECUTIONS = inserting("executions", {**FIXED, **MOVING})
MOVED_EXECUTIONS = updating("executions", ["execution_id"], {"execution_id": TEXT, **STATUS})
CHANGED_EXECUTIONS = updating("executions", ["execution_id"], {"execution_id": TEXT, **MOVING})
CHANGED_OPTIONS = updating("executions", ["execution_id"], {"execution_id": TEXT, "options": TEXT, "priority": INT})

GIVEN_TASKS = inserting(
    "given_tasks",
    {
        "execution_id": TEXT,
        "task_index": INT,
        "task_name": TEXT,
        "agent": TEXT,
        "from_execution_id": TEXT,
        "from_attempt": INT,
        "is_edited": BOOL,
        "output": TEXT,
        "output_json": TEXT,
    },
)

QUESTIONS = inserting(
    "questions",
    {
        "question_id": TEXT,
        "execution_id": TEXT,
        "attempt": INT,
        "task_index": INT,
        "task_name": TEXT,
        "agent": TEXT,
        "prompt": TEXT,
        "output": TEXT,
        "output_json": TEXT,
        "conversation": TEXT,
        "asked_at": TIME,
        "timeout_seconds": REAL,
        "deadline": TIME,
        "on_timeout": TEXT,
        "feedback": TEXT,
        "outcomes": TEXT,
    },
)
ANSWERED_QUESTIONS = updating(
    "questions",
    ["question_id"],
    {
        "question_id": TEXT,
        "answered_at": TIME,
        "decision": TEXT,
        "answer": TEXT,
        "answered_by": TEXT,
        "outcome": TEXT,
    },
)
REOPENED_QUESTIONS = updating(
    "questions",
    ["question_id"],
    {
        "question_id": TEXT,
        "deadline": TIME,
        "answered_at": TIME,
        "decision": TEXT,
        "answer": TEXT,
        "answered_by": TEXT,
        "outcome": TEXT,
    },
)

STEP = {
    "execution_id": TEXT,
    "attempt": INT,
    "step": TEXT,
    "call_number": INT,
    "step_index": INT,
    "kind": TEXT,
    "status": TEXT,
    "trigger": TEXT,
    "inputs": TEXT,
    "output": TEXT,
    "outcome": TEXT,
    "child_execution_id": TEXT,
    "started_at": TIME,
    "ended_at": TIME,
    "end_sequence": INT,
    "error": TEXT,
    "reused_from_attempt": INT,
    "reused_from_execution_id": TEXT,
    "is_edited": BOOL,
    **USAGE,
}
"""The columns of a call of a step."""

NEW_STEPS = inserting("steps", STEP)
CHANGED_STEPS = updating("steps", ["execution_id", "attempt", "step", "call_number"], STEP)

STATE_CHANGES = inserting(
    "state_changes",
    {
        "execution_id": TEXT,
        "attempt": INT,
        "sequence": INT,
        "occurred_at": TIME,
        "step": TEXT,
        "call_number": INT,
        "field": TEXT,
        "value_before": TEXT,
        "value_after": TEXT,
    },
)

GIVEN_STEPS = inserting(
    "given_steps",
    {
        "execution_id": TEXT,
        "position": INT,
        "step": TEXT,
        "call_number": INT,
        "from_execution_id": TEXT,
        "from_attempt": INT,
        "is_edited": BOOL,
        "output": TEXT,
        "outcome": TEXT,
        "error": TEXT,
        "child_execution_id": TEXT,
        "writes": TEXT,
        "is_begun": BOOL,
    },
)
