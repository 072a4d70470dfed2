"""The output of a crew as the expressions of a flow read it: crewAI's shape, and its tasks by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crewlab.executions.usage import Usage

if TYPE_CHECKING:
    from crewlab.bridge.contract import BuiltTask, TaskOutcome
    from crewlab.engine.work import Result

_SUMMARY_WORDS = 10


def crew_output(
    result: Result,
    tasks: Sequence[tuple[BuiltTask, TaskOutcome]],
    document: Mapping[str, Any],
    usage: Usage,
) -> dict[str, Any]:
    """What `outputs.STEP` is after a crew step; conversations are left out, they are with the crew's own execution."""
    entries = [_task(built, outcome, document) for built, outcome in tasks]
    last = next((entry for entry in reversed(entries) if entry["raw"] == result.output), None)
    is_model = last is not None and last["output_format"] == "pydantic"
    return {
        "raw": result.output,
        "pydantic": result.output_json if is_model else None,
        "json_dict": None if is_model else result.output_json,
        "tasks_output": entries,
        "token_usage": token_usage(usage),
    }


def with_tasks(output: Any) -> Any:
    """The same with `tasks`: its tasks by their names."""
    if isinstance(output, dict) and isinstance(output.get("tasks_output"), list):
        return {**output, "tasks": {entry["name"]: entry for entry in output["tasks_output"]}}
    return output


def _task(built: BuiltTask, outcome: TaskOutcome, document: Mapping[str, Any]) -> dict[str, Any]:
    written = document["tasks"][built.index]
    kind = "pydantic" if written.get("output_pydantic") else "json" if outcome.output_json is not None else "raw"
    agent = (document.get("agents") or {}).get(outcome.agent) or {}
    return {
        "description": built.description,
        "name": built.name,
        "expected_output": built.expected_output,
        "summary": " ".join(built.description.split(" ")[:_SUMMARY_WORDS]) + "...",
        "raw": outcome.output,
        "pydantic": outcome.output_json if kind == "pydantic" else None,
        "json_dict": outcome.output_json if kind == "json" else None,
        "agent": agent.get("role") or outcome.agent,
        "output_format": kind,
    }


def token_usage(usage: Usage) -> dict[str, int]:
    """Tokens as crewAI counts them."""
    sent, received = usage.input_tokens or 0, usage.output_tokens or 0
    return {
        "total_tokens": sent + received,
        "prompt_tokens": sent,
        "cached_prompt_tokens": usage.cached_tokens or 0,
        "completion_tokens": received,
        "reasoning_tokens": usage.reasoning_tokens or 0,
        "successful_requests": usage.model_calls - usage.failed_calls,
    }
