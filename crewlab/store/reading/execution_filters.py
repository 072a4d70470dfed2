"""Which executions a reader asks for, as SQL."""

from __future__ import annotations

from typing import Any

from crewlab.definitions.arguments import texts_of
from crewlab.executions.filters import ExecutionFilters

SORTABLE = {
    "created_at": "created_at",
    "started_at": "started_at",
    "ended_at": "ended_at",
    "duration_seconds": "CASE WHEN in_flight_since IS NULL THEN duration_seconds"
    " ELSE coalesce(duration_seconds, 0) + epoch(now()) - epoch(in_flight_since) END",
    "status": "status",
    "definition_name": "definition_name",
    "cost_usd": "cost_usd",
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "total_tokens": "coalesce(input_tokens + output_tokens, input_tokens, output_tokens)",
    "model_calls": "model_calls",
    "row_number": "row_number",
}
"""What a reader may sort by, and how it is computed."""

_OF_DEFINITION = """(definition_id = $definition OR definition_name = $definition OR definition_id IN (
    SELECT definition_id FROM definitions WHERE owner = $owner AND name = $definition))"""
_OF_CONTENT = """(content_hash = $content_hash OR (kind = 'flow' AND (definition_id, version_number) IN (
    SELECT (definition_id, number) FROM definition_versions WHERE content_hash = $content_hash)))"""
"""A flow ran with what it uses, which its hash tells; that it is a version of this content, its number does."""
_SEARCHED = ("execution_id", "definition_name", "inputs", "output", "status_message", "error")
_CONDITIONS = {
    "status": "status IN (SELECT unnest($status))",
    "definition": _OF_DEFINITION,
    "batch_id": "batch_id = $batch_id",
    "text": f"({' OR '.join(f'contains(lower({column}), lower($text))' for column in _SEARCHED)})",
    "kind": "kind = $kind",
    "parent": "parent_execution_id = $parent",
    "content_hash": _OF_CONTENT,
}
"""What each filter asks, with its value as the parameter of its name."""


def condition(owner: str, filters: ExecutionFilters) -> tuple[str, dict[str, Any]]:
    """That all the filters hold, and its parameters; an empty text is found in everything."""
    asked: dict[str, Any] = {
        name: value for name, value in filters.items() if name in _CONDITIONS and value is not None
    }
    if not asked.get("text"):
        asked.pop("text", None)
    if "status" in asked:
        asked["status"] = [str(status) for status in texts_of(asked["status"], "status")]
    conditions = ["owner = $owner", *(_CONDITIONS[name] for name in asked)]
    if "parent" not in asked and not filters.get("within_flows"):
        conditions.append("parent_execution_id IS NULL")
    return " AND ".join(conditions), {"owner": owner, **asked}
