"""What every column of every frame means: its dtype, its unit, and which direction is better."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypedDict

FrameName = Literal[
    "executions", "tasks", "model_calls", "tool_calls", "logs", "scores", "batches", "steps", "state_changes"
]
Dtype = Literal["string", "Int64", "float64", "boolean", "datetime64[us, UTC]"]
Direction = Literal["lower", "higher"] | None


class FrameScope(TypedDict, total=False):
    """Which rows of a frame: of these executions, of a batch, at most so many."""

    execution_ids: Sequence[str] | None
    batch_id: str | None
    limit: int | None


REHEARSAL_NOTE = "rehearsal: not evidence"
"""What everything that comes from the rehearsal model carries, on pages, charts and exports."""
REPLAY_NOTE = "replay: recorded answers"
"""Of a real model's earlier answers, given again: true of when they were recorded, and no new evidence."""


class Column(NamedTuple):
    """One column of a frame. `direction` says which way is better; `None` where neither is."""

    name: str
    dtype: Dtype
    help: str
    unit: str = ""
    direction: Direction = None


def _text(name: str, explanation: str) -> Column:
    return Column(name, "string", explanation)


def _count(name: str, explanation: str, unit: str, direction: Direction = None) -> Column:
    return Column(name, "Int64", explanation, unit, direction)


def _moment(name: str, explanation: str) -> Column:
    return Column(name, "datetime64[us, UTC]", explanation, "UTC")


_EXECUTION_ID = _text("execution_id", "Which execution")
_ATTEMPT = _count("attempt", "Attempt within the execution; a resume is the next attempt", "attempts", "lower")
_SEQUENCE = _count("sequence", "Place of the event within the attempt, from 1", "")
_IS_REHEARSAL = Column("is_rehearsal", "boolean", "Comes from the rehearsal model: not evidence")
_IS_REPLAY = Column("is_replay", "boolean", "Answered from a cassette: what was recorded earlier, at no cost")
_TASK_NAME = _text("task_name", "Task of the crew; missing for a manager or for planning that serves no single task")
_AGENT = _text("agent", "Agent that did the work")
_STARTED = _moment("started_at", "When it started")
_ENDED = _moment("ended_at", "When it ended; missing while it runs")
_DURATION = Column("duration_seconds", "float64", "Time it took, waiting for a person left out", "seconds", "lower")
_COST = Column(
    "cost_usd", "float64", "Real spend by the dated price table; missing when nothing was priced", "USD", "lower"
)

_TOKENS = (
    _count("input_tokens", "Tokens sent; missing when the provider did not say", "tokens"),
    _count("output_tokens", "Tokens received; missing when the provider did not say", "tokens"),
    _count("cached_tokens", "Part of the input tokens that the provider had in its cache", "tokens"),
    _count("reasoning_tokens", "Part of the output tokens that were spent on reasoning", "tokens"),
)
_USAGE = (
    _count("model_calls", "Model calls, failed ones included", "calls"),
    _count("failed_calls", "Model calls that failed for good", "calls", "lower"),
    *_TOKENS,
    _COST,
    _count("unpriced_calls", "Calls to a real model without a known price: the cost leaves them out", "calls", "lower"),
    _count("unknown_calls", "Calls whose provider reported no tokens: the sums leave them out", "calls", "lower"),
    _count("tool_calls", "Tool calls", "calls"),
    _count("retries", "Requests sent again after 429, 5xx or a timeout", "requests", "lower"),
    _count("guardrail_retries", "Answers that a guardrail sent back", "answers", "lower"),
)
_ERROR = (_text("error_type", "Class of the error"), _text("error_message", "What went wrong"))

_EXECUTIONS = (
    _EXECUTION_ID,
    _text("kind", "crew or flow"),
    _text("parent_execution_id", "Flow that ran it as one of its steps, whose usage this one's is part of"),
    _text("parent_step", "Step of that flow"),
    _text("root_execution_id", "Flow that was launched, of which it is a part; missing for that itself"),
    _text("batch_id", "Batch that it belongs to"),
    _text("batch_name", "Name of that batch"),
    _count("row_number", "Row of the input table, from 1", "rows"),
    _text("definition_id", "Definition that it ran"),
    _text("definition_name", "Name of that definition"),
    _count("version_number", "Version that it ran", "versions"),
    _text("content_hash", "Equal hashes mean equal content"),
    _text("status", "Where it is"),
    _text("status_message", "Why it is there, in words"),
    _text("reason", "Limit that ended it: timed_out or over_budget"),
    _ATTEMPT,
    _text("origin", "background (survives its process while pending) or foreground"),
    _text("origin_execution_id", "Execution that it repeats or was forked from"),
    _text("forked_from_task", "First task of a fork that was edited or run again; none for a rerun"),
    _IS_REHEARSAL,
    _IS_REPLAY,
    _text("models", "Distinct models called, separated by commas"),
    _moment("created_at", "When it was launched"),
    _STARTED,
    _ENDED,
    _DURATION._replace(help="Time in flight over all attempts; so far, while it runs"),
    _count("tasks_done", "Finished tasks, or steps of a flow", "tasks"),
    _count("tasks_total", "Tasks of the crew, or steps of the flow", "tasks"),
    _text("current_task", "Task, or step, that is running"),
    *_USAGE,
    _text("inputs", "Values of the placeholders, or the state that the flow began with, as JSON"),
    _text("input_hash", "Equal hashes mean equal inputs"),
    _text("output", "Final output"),
    _text("output_json", "Final output as JSON, when the last task has a schema"),
    _ERROR[0],
    _text("error_title", "The error in a few words"),
    _ERROR[1],
    _text("error_hint", "What to do about it"),
)

_TASKS = (
    _EXECUTION_ID,
    _ATTEMPT,
    _count("task_index", "Place of the task in the crew, from 0", ""),
    _TASK_NAME,
    _AGENT,
    _text(
        "status",
        "running, completed, failed, cancelled, reused, skipped, interrupted, waiting (for a person), parked: it did",
    ),
    _STARTED,
    _ENDED,
    _DURATION,
    _text("output", "What the task produced"),
    _text("output_json", "The same as JSON, when the task has a schema"),
    _text("description", "What the agent was asked, with the inputs filled in"),
    _text("context", "Names of the tasks whose outputs it was given, as a JSON list"),
    *_USAGE,
    *_ERROR,
    _text("error_hint", "What to do about it"),
    _count("reused_from_attempt", "Attempt whose output stands in; nothing was paid again", "attempts"),
    _text("reused_from_execution_id", "Execution that paid for it, when it is another one"),
    Column("is_edited", "boolean", "A person wrote this output for the fork"),
    _text("definition_name", "Name of the definition"),
    _IS_REHEARSAL,
    _IS_REPLAY,
)

_CALL = (_EXECUTION_ID, _ATTEMPT, _SEQUENCE, _text("call_id", "Which call"), _TASK_NAME, _AGENT)

_MODEL_CALLS = (
    *_CALL,
    _text(
        "purpose",
        "What it was for: agent, guardrail, converter, manager, planning, memory, knowledge, embedding, ...",
    ),
    _text("model", "Model that was called"),
    _text("status", "completed, failed or cancelled"),
    _STARTED,
    _ENDED,
    _DURATION,
    *_TOKENS,
    _COST,
    _text("price", "Price row that was used, as JSON"),
    _count("retries", "Requests sent again after 429, 5xx or a timeout", "requests", "lower"),
    _text("finish_reason", "Why the model stopped"),
    _text("messages", "What was sent, as JSON"),
    _text("tools", "Names of the tools that were offered, as a JSON list"),
    _text("parameters", "Parameters of the request, as JSON"),
    _text("response", "What came back"),
    *_ERROR,
    _IS_REHEARSAL,
    _IS_REPLAY,
)

_TOOL_CALLS = (
    *_CALL,
    _text("tool", "Tool that was called"),
    _text("status", "completed, failed or cancelled"),
    _STARTED,
    _ENDED,
    _DURATION,
    _text("arguments", "Arguments, as JSON"),
    _text("result", "What the tool gave back"),
    Column("from_cache", "boolean", "Answered from crewAI's tool cache"),
    *_ERROR,
    _IS_REHEARSAL,
    _IS_REPLAY,
)

_LOGS = (
    _count("event_id", "Order over all executions", ""),
    _EXECUTION_ID,
    _ATTEMPT,
    _SEQUENCE,
    _moment("occurred_at", "When it happened"),
    _text("level", "debug, info, warning or error"),
    _text("kind", "Kind of the event"),
    _TASK_NAME,
    _AGENT,
    _text("message", "One line for a person"),
    _text("payload", "The whole event, as JSON"),
    _IS_REHEARSAL,
    _IS_REPLAY,
)

_SCORES = (
    _EXECUTION_ID,
    _ATTEMPT,
    _SEQUENCE,
    _text("batch_id", "Batch that it belongs to"),
    _count("row_number", "Row of the batch, from 1", "rows"),
    _text("definition_name", "Name of the definition"),
    _count("task_index", "Place of the task in the crew, from 0", ""),
    _TASK_NAME,
    _AGENT,
    Column(
        "quality", "float64", "What the judging model gave the output; missing when it could not", "of 10", "higher"
    ),
    _text("model", "Model that judged"),
    _moment("scored_at", "When it judged"),
    _text("error_message", "Why there is no quality"),
    _IS_REHEARSAL,
)

_BATCHES = (
    _text("batch_id", "Which batch"),
    _text("name", "Name of the batch"),
    _text("definition_id", "Definition that it ran"),
    _text("definition_name", "Name of that definition"),
    _count("version_number", "Version that it ran", "versions"),
    _text("origin", "background or foreground"),
    _moment("created_at", "When it was launched"),
    _count("size", "Executions in it", "executions"),
    _count("pending", "Executions in the queue", "executions"),
    _count("running", "Executions in flight", "executions"),
    _count("waiting", "Executions that wait for a person", "executions"),
    _count("completed", "Executions that completed", "executions", "higher"),
    _count("failed", "Executions that failed", "executions", "lower"),
    _count("cancelled", "Executions that were cancelled", "executions"),
    _count("interrupted", "Executions whose process died", "executions", "lower"),
    _COST,
    *_TOKENS[:2],
)

_STEPS = (
    _EXECUTION_ID,
    _ATTEMPT,
    _count("step_index", "Place of the step in the flow, from 0", ""),
    _text("step", "Step of the flow; item and inner step in brackets for what an each step does"),
    _count("call_number", "Which call of the step, from 1; a loop calls it again", "calls"),
    _text("kind", "crew, flow, agent, tool, expression or each"),
    _text(
        "status",
        "running, completed, failed, cancelled, reused, interrupted, or parked: it waits, or waited, for a person",
    ),
    _text("trigger", "Steps and outcomes that it waited for, as a JSON list"),
    _text("inputs", "What it was given: name, value and source of each, as JSON"),
    _text("output", "What it produced, as JSON"),
    _text("outcome", "Event that it raised besides its own name; on a failure, where the flow went on"),
    _text("child_execution_id", "Execution that ran its crew or its flow"),
    _STARTED,
    _ENDED,
    _DURATION,
    *_USAGE,
    *_ERROR,
    _text("error_hint", "What to do about it"),
    _count("reused_from_attempt", "Attempt whose output stands in; nothing was paid again", "attempts"),
    _text("reused_from_execution_id", "Execution that paid for it, when it is another one"),
    Column("is_edited", "boolean", "A person wrote this output for the fork"),
    _text("definition_name", "Name of the flow"),
    _text("batch_id", "Batch that it belongs to"),
    _count("row_number", "Row of the batch, from 1", "rows"),
    _IS_REHEARSAL,
    _IS_REPLAY,
)

_STATE_CHANGES = (
    _EXECUTION_ID,
    _ATTEMPT,
    _SEQUENCE,
    _moment("occurred_at", "When it was written"),
    _text("step", "Step that wrote it"),
    _count("call_number", "Which call of the step, from 1", "calls"),
    _text("field", "Field of the state"),
    _text("value_before", "What it was, as JSON"),
    _text("value_after", "What it is now, as JSON"),
    _text("definition_name", "Name of the flow"),
    _IS_REHEARSAL,
)

FRAMES: dict[FrameName, tuple[Column, ...]] = {
    "executions": _EXECUTIONS,
    "tasks": _TASKS,
    "model_calls": _MODEL_CALLS,
    "tool_calls": _TOOL_CALLS,
    "logs": _LOGS,
    "scores": _SCORES,
    "steps": _STEPS,
    "state_changes": _STATE_CHANGES,
    "batches": _BATCHES,
}
"""Every frame and its columns, in order. The view's `owner` is left out: a frame is one owner's."""


def column(frame: FrameName, name: str) -> Column:
    """The declaration of one column.

    Raises:
        KeyError: The frame has no such column.
    """
    for candidate in FRAMES[frame]:
        if candidate.name == name:
            return candidate
    raise KeyError(f"{frame} has no column {name!r}")
