"""What a fork of a flow changes: the step to run again from, outputs that a person writes, another initial state."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import streamlit as st

from crewlab.definitions.flows.state import StateContract
from crewlab.ui.components.executions.step_view import text_of
from crewlab.ui.components.launch.state import read_state, refuse_line
from crewlab.ui.components.plain_text import escape

if TYPE_CHECKING:
    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab

NO_STEP = "(none)"


class FlowChanges(NamedTuple):
    """What was chosen; `inputs` is `None` while the state cannot be read."""

    from_step: str | None
    outputs: dict[str, str]
    inputs: dict[str, Any] | None


def flow_changes(lab: Lab, execution: Execution) -> FlowChanges:
    """Draw the choices."""
    steps: dict[str, Any] = execution.document.get("methods") or {}
    chosen = st.selectbox("Run again from", [NO_STEP, *steps], key="fork.from")
    return FlowChanges(
        None if chosen in (None, NO_STEP) else chosen, _edited_outputs(lab, execution, steps), _edited_state(execution)
    )


def _edited_outputs(lab: Lab, execution: Execution, steps: dict[str, Any]) -> dict[str, str]:
    """A text for each output that a person wants to write; what somebody said of a step is asked anew instead."""
    editable = [name for name, step in steps.items() if not step.get("human_feedback")]
    texts = {step.step: text_of(step.output) or "" for step in lab.steps(execution.execution_id)}
    chosen = st.multiselect("Outputs to edit", editable, key="fork.edit", placeholder="None: reuse them as they are")
    return {
        name: st.text_area(escape(name), texts.get(name, ""), key=f"fork.output.{name}", height=200) or ""
        for name in chosen
    }


def _edited_state(execution: Execution) -> dict[str, Any] | None:
    """The fields that differ from those that the execution was launched with."""
    with st.expander("Initial state", icon=":material/data_object:"):
        begun = json.dumps(execution.inputs, indent=2, ensure_ascii=False)
        text = st.text_area("Initial state as JSON", begun, key="fork.state", height=220, label_visibility="collapsed")
        state, problems = read_state(text or "", StateContract(execution.document))
        for line, problem in problems:
            refuse_line(text or "", line, problem)
    if state is None or problems:
        return None
    return {name: value for name, value in state.items() if execution.inputs.get(name) != value}
