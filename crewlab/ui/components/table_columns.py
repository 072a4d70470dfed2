"""How columns of the frames look in a table: readable names, units, and the help that the frame declares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import streamlit as st

from crewlab.analysis.columns import FrameName, column
from crewlab.ui.components.status import LOOKS

_LABELS = {
    "duration_seconds": "Duration",
    "input_tokens": "Tokens in",
    "output_tokens": "Tokens out",
    "cached_tokens": "Cached",
    "reasoning_tokens": "Reasoning",
    "cost_usd": "Cost",
    "estimated_cost_usd": "Estimated cost",
    "model_calls": "Model calls",
    "failed_calls": "Failed calls",
    "tool_calls": "Tool calls",
    "guardrail_retries": "Guardrails",
    "task_name": "Task",
    "row_number": "Row",
    "occurred_at": "Time",
    "started_at": "Started",
    "created_at": "Launched",
    "kind": "Type",
    "call_number": "Call",
    "value_before": "Before",
    "value_after": "After",
}

_WIDTHS: dict[str, Literal["medium", "large"] | int] = {
    "message": "large",
    "kind": 165,
    "step": 150,
    "result": "large",
    "arguments": "medium",
    "value_before": "medium",
    "value_after": "medium",
    "error_message": "medium",
}


def label_of(name: str) -> str:
    """The heading of a column: `input_tokens` → `Input tokens`."""
    return _LABELS.get(name) or name.replace("_", " ").capitalize()


def column_config(frame: FrameName, names: Iterable[str]) -> dict[str, Any]:
    """Streamlit's column configuration for columns of one of the lab's frames."""
    return {name: _configured(frame, name) for name in names}


def status_column(label: str = "Status") -> Any:
    """A column of one-element lists that shows each status in its colour."""
    return st.column_config.MultiselectColumn(
        label, options=list(LOOKS), color=[look.color for look in LOOKS.values()], width=110
    )


def _configured(frame: FrameName, name: str) -> Any:
    if name == "status":
        return status_column()
    try:
        declared = column(frame, name)
    except KeyError:
        return label_of(name)
    if declared.dtype == "datetime64[us, UTC]":
        return st.column_config.DatetimeColumn(
            label_of(name), help=f"{declared.help} (UTC)", format="HH:mm:ss.SSS", width=110
        )
    if declared.dtype in ("Int64", "float64"):
        return st.column_config.NumberColumn(label_of(name), help=_help(declared), format=_format(name), width="small")
    if (frame, name) == ("steps", "kind"):  # a word, where the log has the type of an event
        return st.column_config.TextColumn("Kind", help=declared.help, width=85)
    return st.column_config.TextColumn(label_of(name), help=declared.help, width=_WIDTHS.get(name))


def _help(declared: Any) -> str:
    return f"{declared.help} ({declared.unit})" if declared.unit else declared.help


def _format(name: str) -> str | None:
    if name.endswith("_usd"):
        return "$%.6f"
    return "%.3f s" if name == "duration_seconds" else "localized"
