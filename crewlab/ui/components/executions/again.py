"""Going on from an execution that has ended: resume with other limits, rerun, fork."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.flows.conversation import is_conversation
from crewlab.errors import CrewLabError
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.executions.flow_fork import flow_changes
from crewlab.ui.components.limits_form import limits_form
from crewlab.ui.components.plain_text import escape
from crewlab.ui.links import go_once

if TYPE_CHECKING:
    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab

NO_TASK = "(none)"


def act_key(execution: Execution, act: str) -> str:
    """The key of a button that acts on an execution: a click from the page of another one is not for it."""
    return f"execution.{act}.{execution.execution_id}"


def show_again(lab: Lab, execution: Execution) -> None:
    """Draw the buttons for new executions that begin from this one."""
    same = "The same snapshot once more, as a new execution."
    if st.button("Rerun", icon=":material/replay:", key=act_key(execution, "rerun"), help=same):
        go_once("execution", id=lab.rerun(execution.execution_id).execution_id)
    if not is_conversation(execution.document) and st.button(
        "Fork…",
        icon=":material/fork_right:",
        key=act_key(execution, "fork"),
        help="A new execution from some point on, with edited outputs or inputs. Only what changes is paid for.",
    ):
        _ask_fork(lab, execution)


@st.dialog("Resume with other limits", icon=":material/play_arrow:")
def ask_limits(lab: Lab, execution: Execution) -> None:
    """Ask for higher limits, and go on."""
    resume_form(lab, execution)


def resume_form(lab: Lab, execution: Execution) -> None:
    """Limits to go on with."""
    st.caption("Tokens and money count over all attempts. Finished tasks are not paid for again.")
    limits = limits_form(lab, key="execution.limits", now=execution.options)
    if st.button("Resume", type="primary", icon=":material/play_arrow:", key="execution.limits.resume"):
        try:
            lab.resume(execution.execution_id, **limits)
        except CrewLabError as error:
            error_box(error)
        else:
            st.rerun()


@st.dialog("Fork this execution", icon=":material/fork_right:", width="large")
def _ask_fork(lab: Lab, execution: Execution) -> None:
    fork_form(lab, execution)


def fork_form(lab: Lab, execution: Execution) -> None:
    """What a fork changes."""
    part = "step" if execution.kind == "flow" else "task"
    st.caption(f"A new execution. A {part} runs again when its prompt or something that it reads changes.")
    if execution.kind == "flow":
        from_part, outputs, inputs = flow_changes(lab, execution)
    else:
        from_part, outputs, inputs = _changes(lab, execution)
    if st.button("Fork", type="primary", icon=":material/fork_right:", key="fork.go", disabled=inputs is None):
        try:
            handle = lab.fork(execution.execution_id, from_task=from_part, outputs=outputs, inputs=inputs)
        except CrewLabError as error:
            error_box(error)
            return
        go_once("execution", id=handle.execution_id)


def _changes(lab: Lab, execution: Execution) -> tuple[str | None, dict[str, str], dict[str, Any] | None]:
    names = [str(task["name"]) for task in execution.document.get("tasks") or ()]
    chosen = st.selectbox("Run again from", [NO_TASK, *names], key="fork.from")
    outputs = _edited_outputs(lab, execution, names)
    return None if chosen in (None, NO_TASK) else chosen, outputs, dict(_edited_inputs(execution))


def _edited_outputs(lab: Lab, execution: Execution, names: list[str]) -> dict[str, str]:
    """A text for each output that a person wants to write."""
    tasks = lab.tasks_df(execution_ids=[execution.execution_id])
    done = tasks[tasks["output"].notna()]
    texts = dict(zip(done["task_name"], done["output"], strict=True))
    chosen = st.multiselect("Outputs to edit", names, key="fork.edit", placeholder="None: reuse them as they are")
    return {
        name: st.text_area(escape(name), texts.get(name, ""), key=f"fork.output.{name}", height=200) or ""
        for name in chosen
    }


def _edited_inputs(execution: Execution) -> dict[str, str]:
    """The inputs that differ from those of the execution."""
    if not execution.inputs:
        return {}
    with st.expander("Inputs", icon=":material/edit_note:"):
        values = {
            name: st.text_area(escape(name), str(value), key=f"fork.input.{name}", height=68)
            for name, value in execution.inputs.items()
        }
    return {name: value or "" for name, value in values.items() if value != str(execution.inputs[name])}
