"""How a task's answer has to look, and who checks it: schema, guardrails, file."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crewlab.definitions.crew import SCHEMA_FIELDS
from crewlab.definitions.editing import Path, set_value
from crewlab.ui.components.plain_text import escape
from crewlab.ui.editor.fields import Fields
from crewlab.ui.editor.refusals import refusals
from crewlab.ui.toasts import attempt

EXAMPLE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "summary": {"type": "string", "description": "One sentence"},
        "priority": {"type": "string", "enum": ["low", "medium", "high"]},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["summary", "priority"],
}


def answer_fields(fields: Fields, path: Path) -> None:
    """Draw the fields; those that are filled are open."""
    task = fields.value(path) or {}
    is_used = any(task.get(name) for name in (*SCHEMA_FIELDS, "guardrail", "guardrails", "output_file"))
    is_used = is_used or any(place[:2] == path for place in refusals(fields.draft.draft_id))
    label = "Schema, guardrail and file of the answer"
    with st.expander(label, expanded=is_used, icon=":material/fact_check:", key=f"{fields.key_of(path)}.answer"):
        first, second = st.columns(2)
        with first:
            written = next((name for name in SCHEMA_FIELDS if task.get(name)), SCHEMA_FIELDS[0])
            _schema(fields, (*path, written))
        with second:
            _guardrails(fields, path)
            fields.text(
                (*path, "output_file"),
                "Save the answer as",
                is_optional=True,
                placeholder="report.md",
                help="A file in the folder of each execution.",
            )


def _schema(fields: Fields, path: Path) -> None:
    fields.json_object(
        path,
        "Answer as JSON: schema",
        height=260,
        placeholder="Leave empty for text, or enter a JSON Schema",
        help="A JSON Schema. The answer is made to fit it, and each of its fields becomes a column of a batch.",
    )
    if not fields.value(path):
        st.button(
            "Insert an example",
            icon=":material/data_object:",
            key=f"{fields.key_of(path[:2])}.schema_example",
            type="tertiary",
            on_click=attempt,
            args=(lambda: fields.draft.edit_field(path, lambda document: set_value(document, path, EXAMPLE_SCHEMA)),),
        )


def _guardrails(fields: Fields, path: Path) -> None:
    texts: dict[str, Any] = {
        "placeholder": "The answer names at least three sources.",
        "help": "A rule in words. A model call checks the answer; on a no, the task is done again with the reason.",
    }
    if isinstance(code := fields.value((*path, "guardrail")), dict):
        _code("Guardrail", code)
    else:
        fields.text((*path, "guardrail"), "Guardrail", height=110, is_optional=True, **texts)
    several = fields.value((*path, "guardrails"))
    for number, guardrail in enumerate(several if isinstance(several, list) else []):
        if isinstance(guardrail, str):
            fields.text((*path, "guardrails", number), f"Guardrail {number + 1}", height=80, is_optional=True, **texts)
        elif isinstance(guardrail, dict):
            _code(f"Guardrail {number + 1}", guardrail)
    if fields.value((*path, "guardrail")) or fields.value((*path, "guardrails")):
        fields.number(
            (*path, "guardrail_max_retries"),
            "Attempts after a no",
            min_value=0,
            placeholder="3",
            help="How often the task may be done again.",
        )


def _code(label: str, guardrail: dict[str, Any]) -> None:
    """A guardrail in Python, which only the document's text can change."""
    st.caption(f"{label}: the Python code {escape(str(guardrail.get('python')))}")
