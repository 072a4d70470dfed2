"""Whether an agent plans its work, and how closely it looks at what comes of the plan."""

from __future__ import annotations

from typing import Any

from crewlab.definitions.editing import Path, set_value, value_at
from crewlab.ui.editor.fields import Fields

EFFORTS = {
    "low": "Then follows the plan",
    "medium": "Plans again when a step fails",
    "high": "Looks at every step",
}


def planning_field(fields: Fields, path: Path) -> None:
    """Draw the field for the agent at `path`; what else its planning says is kept."""
    fields.choice(
        (*path, "planning_config"),
        "Plans its work",
        list(EFFORTS),
        value=effort_of(fields.value(path) or {}),
        change=lambda document, effort: with_effort(document, path, effort),
        format_func=lambda effort: EFFORTS.get(effort, effort),
        placeholder="No",
        help="Makes a plan of each task first and does its steps one by one: more model calls, for tasks with many "
        "steps. Models that take tools as functions plan best.",
    )


def effort_of(agent: dict[str, Any]) -> str | None:
    """How an agent plans, in crewAI's words; `None` is not at all."""
    config = agent.get("planning_config")
    if isinstance(config, dict):
        return str(config.get("reasoning_effort") or "medium")
    return "low" if agent.get("planning") else None


def with_effort(document: dict[str, Any], path: Path, effort: str | None) -> dict[str, Any]:
    """The document in which the agent at `path` plans so; without an effort it does not plan."""
    config = value_at(document, (*path, "planning_config"))
    kept = config if isinstance(config, dict) else {}
    document = set_value(document, (*path, "planning"), None)
    value = {**kept, "reasoning_effort": effort} if effort else None
    return set_value(document, (*path, "planning_config"), value)
