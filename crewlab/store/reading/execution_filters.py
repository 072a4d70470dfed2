"""Which executions a reader asks for, as SQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from crewlab.executions.status import ExecutionStatus

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


@dataclass(frozen=True)
class Filters:
    """All conditions must hold; what is `None` is not asked for."""

    owner: str
    status: str | ExecutionStatus | Iterable[str | ExecutionStatus] | None = None
    definition: str | None = None
    """A definition's id, its name at launch, or its name now."""
    batch_id: str | None = None
    text: str | None = None
    """Found in the id, the definition's name, the inputs, the output, the message or the error, whatever its case."""
    kind: str | None = None
    """`crew` or `flow`."""
    parent: str | None = None
    """The flow that runs them as its steps; without it, only what was launched by itself."""
    content_hash: str | None = None
    """What ran was exactly this."""
    within_flows: bool = False
    """Also those that a flow runs as its steps."""

    def where(self) -> tuple[str, dict[str, Any]]:
        """The condition, and its parameters."""
        conditions, parameters = ["owner = $owner"], dict[str, Any](owner=self.owner)
        if self.status is not None:
            names = [self.status] if isinstance(self.status, str) else list(self.status)
            conditions.append("status IN (SELECT unnest($status))")
            parameters["status"] = [str(name) for name in names]
        if self.definition is not None:
            conditions.append(_OF_DEFINITION)
            parameters["definition"] = self.definition
        if self.batch_id is not None:
            conditions.append("batch_id = $batch_id")
            parameters["batch_id"] = self.batch_id
        if self.kind is not None:
            conditions.append("kind = $kind")
            parameters["kind"] = self.kind
        if self.parent is not None:
            conditions.append("parent_execution_id = $parent")
            parameters["parent"] = self.parent
        elif not self.within_flows:
            conditions.append("parent_execution_id IS NULL")
        if self.content_hash is not None:
            conditions.append(_OF_CONTENT)
            parameters["content_hash"] = self.content_hash
        if self.text:
            found = " OR ".join(f"contains(lower({column}), lower($text))" for column in _SEARCHED)
            conditions.append(f"({found})")
            parameters["text"] = self.text
        return " AND ".join(conditions), parameters
