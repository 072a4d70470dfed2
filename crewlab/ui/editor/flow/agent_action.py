"""A step that asks one agent: what it is asked, who it is, and the form of its answer."""

from __future__ import annotations

import streamlit as st

from crewlab.definitions.editing import Path
from crewlab.ui.editor.agent_form import tool_fields
from crewlab.ui.editor.fields import Fields
from crewlab.ui.editor.flow.around import Around
from crewlab.ui.editor.flow.value_fields import template_field
from crewlab.ui.editor.model_field import model_field


def agent_action(fields: Fields, path: Path, around: Around) -> None:
    """Draw the form; the fields that few agents need are on the tab *Agents*."""
    agent = (*path, "with")
    template_field(
        fields,
        (*agent, "input"),
        "What it is asked",
        around,
        placeholder="Summarise ${outputs.research.raw} for ${state.reader}",
        help="Text with values in it: `${state.topic}`, `${outputs.research.raw}`.",
    )
    first, second = st.columns(2)
    with first:
        fields.text((*agent, "role"), "Role", placeholder="Editor")
        fields.text((*agent, "goal"), "Goal", height=80, placeholder="What this agent is after")
        fields.text((*agent, "backstory"), "Backstory", height=80, placeholder="Who it is, and how it works")
    with second:
        model_field(fields, (*agent, "llm"), "Model", empty="Choose a model")
        tool_fields(fields, agent)
        _answer(fields, agent)
    fields.notes(agent)
    fields.others(path, {"call", "with"})
    st.caption("Limits, planning, memory and the other fields of the agent are on the tab *Agents*.")


def _answer(fields: Fields, agent: Path) -> None:
    schema = fields.value((*agent, "response_format"))
    key = f"{fields.key_of(agent)}.answer"
    with st.expander("Form of the answer", icon=":material/fact_check:", expanded=bool(schema), key=key):
        fields.json_object(
            (*agent, "response_format"),
            "JSON Schema",
            height=160,
            placeholder="Leave empty for text, or enter a JSON Schema",
            help="The answer is made to fit it; later steps read its fields.",
        )
