"""What a step does: a form for each kind of action, for steps and for those within each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from crewlab.definitions.editing import Path, set_value, value_at
from crewlab.definitions.editing_flows.steps import starter_action
from crewlab.ui.editor.fields import Fields
from crewlab.ui.editor.flow.agent_action import agent_action
from crewlab.ui.editor.flow.around import Around
from crewlab.ui.editor.flow.definition_action import definition_action
from crewlab.ui.editor.flow.tool_action import tool_action
from crewlab.ui.editor.flow.value_fields import expression_field
from crewlab.ui.state import remember, remembered

CALLS: Mapping[str, str] = {
    "crew": "Crew",
    "flow": "Flow",
    "agent": "Agent",
    "tool": "Tool",
    "expression": "Expression",
    "each": "For each item",
}
ABOUT: Mapping[str, str] = {
    "crew": "Runs a crew as an execution of its own, within this one.",
    "flow": "Runs another flow within this one.",
    "agent": "Asks one agent, without a crew around it.",
    "tool": "Calls one tool.",
    "expression": "Works out a value from the state and from outputs; no model is asked.",
    "each": "Carries out steps for every item of a list.",
    "code": "Python code of a crewAI project. It is kept, and CrewLab does not run it.",
    "script": "Python source. It is kept, and CrewLab does not run it.",
}
FormOfAction = Callable[[Fields, Path, Around], None]


def action_form(fields: Fields, path: Path, around: Around, calls: Sequence[str], *, each: FormOfAction) -> None:
    """Draw the kind of the action at `path`, one of `calls`, and its form; `each` draws the one with steps within."""
    call = str(fields.value((*path, "call")) or "code")
    fields.one_of(
        (*path, "call"),
        "Does",
        list(calls),
        value=call,
        change=lambda document, chosen: become(document, path, chosen),
        format_func=lambda name: CALLS.get(name, name),
        label_visibility="collapsed",
    )
    st.caption(ABOUT.get(call, "CrewLab does not know this kind of step."))
    forms: dict[str, FormOfAction] = {
        "crew": definition_action,
        "flow": definition_action,
        "agent": agent_action,
        "tool": tool_action,
        "expression": _expression,
        "each": each,
    }
    if form := forms.get(call):
        form(fields, path, around)
    fields.notes(path)
    fields.notes((*path, "call"))


def _expression(fields: Fields, path: Path, around: Around) -> None:
    expression_field(fields, (*path, "expr"), "Expression", around, placeholder='state.topic + "!"')
    fields.others(path, {"call", "expr"})


def become(document: dict[str, Any], path: Path, call: str) -> dict[str, Any]:
    """Let the action do something else. What it did is remembered, and comes back when a person chooses it again."""
    before = value_at(document, path)
    key = "definition.was." + ".".join(map(str, path))
    if isinstance(before, Mapping) and before.get("call"):
        remember(f"{key}.{before['call']}", dict(before))
    return set_value(document, path, remembered(f"{key}.{call}") or starter_action(call))
