"""The steps of a flow: how each went, what it was given and from where, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.flows.conversation import is_conversation
from crewlab.ui.components.cells import as_text
from crewlab.ui.components.csv_button import csv_button
from crewlab.ui.components.data_table import show_table
from crewlab.ui.components.executions.error_view import show_error
from crewlab.ui.components.executions.output_view import show_output, show_text
from crewlab.ui.components.executions.reused_figures import NOTE, made_by_others, with_figures, with_rows_of
from crewlab.ui.components.executions.step_picture import show_step_picture
from crewlab.ui.components.executions.step_sources import source_told
from crewlab.ui.components.executions.task_lines import usage_columns
from crewlab.ui.components.formats import UNKNOWN, duration, plural, tokens
from crewlab.ui.components.plain_text import escape
from crewlab.ui.components.status import status_markdown
from crewlab.ui.links import link

if TYPE_CHECKING:
    import pandas as pd

    from crewlab.executions.events.steps import StepInput
    from crewlab.executions.execution import Execution
    from crewlab.executions.steps import StepRun
    from crewlab.lab import Lab

COLUMNS = ("kind", "status", "reused_from_attempt", "outcome", "duration_seconds", "error_message")
ALWAYS = ("status", "duration_seconds", "model_calls", "cost_usd")
SHORT = 160
"""Longer values are shown once more below their table, in full."""


def show_steps(lab: Lab, execution: Execution) -> None:
    """Draw how far each step is, the calls of the newest attempt, and one of them in full; earlier ones are folded.

    Those of a conversation are not: each of its turns is an attempt, and reuses nothing of those before.
    """
    steps = lab.steps(execution.execution_id)
    if not steps:
        st.caption("No step has started yet.")
        return
    newest, earlier = (answered_once(steps), []) if is_conversation(execution.document) else by_attempt(steps)
    shown = with_figures(newest, [*earlier, *made_by_others(lab, newest)])
    show_step_picture(execution.document, shown)
    frame = lab.steps_df(execution_ids=[execution.execution_id])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Choose a row to read the whole step. What a step used includes what its crew or flow used.")
        csv_button(lambda: in_order(frame, steps), file_name=f"steps_{execution.execution_id}.csv", key="steps.csv")
    if shown != newest:
        st.caption(NOTE)
    _show_calls(with_rows_of(in_order(frame, shown), shown), shown, execution, "steps")
    if earlier:
        title = f"Earlier attempts: {plural(len(earlier), 'call')} of steps"
        rest = st.expander(title, icon=":material/history:", key="steps.earlier", on_change="rerun")
        if rest.open:
            with rest:
                _show_calls(in_order(frame, earlier), earlier, execution, "steps.before")


def _show_calls(frame: pd.DataFrame, steps: list[StepRun], execution: Execution, key: str) -> None:
    """A table of calls, and one of them in full: the one chosen, the first at the start."""
    chosen = show_table(
        frame,
        "steps",
        columns_of(frame),
        alt="Steps with status, outcome, duration, tokens and cost",
        key=f"{key}.table",
        choice="one",
        keep=ALWAYS,
        named_by=["attempt", "step", "call_number", "started_at"],
        height="content" if len(steps) <= 12 else 460,
    )
    _show_step(steps[chosen[0] if chosen else 0], execution, key)


def by_attempt(steps: list[StepRun]) -> tuple[list[StepRun], list[StepRun]]:
    """The calls of the newest attempt, which tells how each step stands, and those of the attempts before it."""
    newest = max(step.attempt for step in steps)
    return [one for one in steps if one.attempt == newest], [one for one in steps if one.attempt < newest]


def answered_once(steps: list[StepRun]) -> list[StepRun]:
    """Without the waiting for a person who has answered since: the same call is there once more, as it went on.

    Waiting that used something stays, so that what is listed adds up.
    """
    went_on = {(step.step, step.call_number) for step in steps if step.status != "parked"}
    return [
        step
        for step in steps
        if step.status != "parked"
        or (step.step, step.call_number) not in went_on
        or step.usage.model_calls
        or step.usage.tool_calls
    ]


def in_order(frame: pd.DataFrame, steps: list[StepRun]) -> pd.DataFrame:
    """The rows of these steps in their order, so that a chosen row is the step of the same place."""
    keys = ["attempt", "step", "call_number"]
    places = {(step.attempt, step.step, step.call_number): place for place, step in enumerate(steps)}
    rows = frame.assign(place=[places.get(key, -1) for key in zip(*(frame[key] for key in keys), strict=True)])
    rows = rows[rows["place"] >= 0].sort_values("place", kind="stable")
    return rows.drop(columns="place").reset_index(drop=True)


def columns_of(frame: pd.DataFrame) -> tuple[str, ...]:
    """The columns that tell these calls apart, and what is known of them."""
    attempts = ("attempt",) if frame["attempt"].nunique() > 1 else ()
    calls = ("call_number",) if (frame["call_number"] > 1).any() else ()
    return (*attempts, "step", *calls, *COLUMNS, *usage_columns(frame, ALWAYS))


def title_of(step: StepRun) -> str:
    """The name of a step, with the call and the attempt where there are several."""
    parts = [step.step]
    if step.call_number > 1:
        parts.append(f"call {step.call_number}")
    if step.attempt > 1:
        parts.append(f"attempt {step.attempt}")
    return ", ".join(parts)


def _show_step(step: StepRun, execution: Execution, key: str) -> None:
    with st.container(border=True, key=f"{key}.detail"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escape(title_of(step))}** {status_markdown(step.status)}{_outcome(step)}", width="content")
            st.space("stretch")
            if step.child_execution_id:
                link("execution", f"Open its {step.kind}", ":material/open_in_new:", id=step.child_execution_id)
        st.caption(_facts(step))
        if step.error is not None:
            show_error(step.error, part="step")
        _show_origin(step)
        _show_inputs(step.inputs, f"{step.step}_{execution.execution_id}", key)
        _show_output(step, execution)


def _show_output(step: StepRun, execution: Execution) -> None:
    st.markdown("**Output**")
    text = text_of(step.output)
    show_output(
        text,
        None if isinstance(step.output, str) else step.output,
        key=f"steps.output.{step.attempt}.{step.step}.{step.call_number}",
        file_name=f"{step.step}_{execution.execution_id}.md",
        missing="No output yet." if step.status == "running" else "It has no output.",
        text_first=isinstance(step.output, dict) and "raw" in step.output,
    )


def text_of(output: Any) -> str | None:
    """An output as text: that of a crew or an agent is what it wrote, anything but text is JSON."""
    if output is None:
        return None
    return str(output["raw"]) if isinstance(output, dict) and "raw" in output else as_text(output)


def _outcome(step: StepRun) -> str:
    return f" :violet-badge[:material/alt_route: {escape(step.outcome)}]" if step.outcome else ""


def _facts(step: StepRun) -> str:
    usage = step.usage
    waited = f"after {', '.join(step.trigger)}" if step.trigger else "at the start"
    parts = [step.kind, waited]
    if step.status == "reused" and (step.duration_seconds is not None or usage.model_calls):
        parts.append(f"in attempt {step.reused_from_attempt}")
    parts.append(duration(step.duration_seconds))
    if usage.model_calls:
        parts += [plural(usage.model_calls, "model call"), f"{tokens(usage.input_tokens, usage.output_tokens)} tokens"]
    if usage.tool_calls:
        parts.append(plural(usage.tool_calls, "tool call"))
    return escape(" · ".join(part for part in parts if part != UNKNOWN))


def _show_origin(step: StepRun) -> None:
    """Who paid for a reused output, and whether a person wrote it."""
    if step.is_edited:
        st.caption("A person wrote this output for the fork: nothing was paid for it.")
    elif step.reused_from_execution_id:
        st.caption("Reused from another execution: nothing was paid again.")
    elif step.reused_from_attempt:
        st.caption(f"Reused from attempt {step.reused_from_attempt}: nothing was paid again.")
    if step.reused_from_execution_id:
        link("execution", "Open that execution", ":material/open_in_new:", id=step.reused_from_execution_id)


def _show_inputs(inputs: tuple[StepInput, ...], file_name: str, key: str) -> None:
    """Each value and where it came from; long ones once more in full."""
    if not inputs:
        return
    frame = inputs_frame(inputs)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Inputs**", width="content")
        st.space("stretch")
        csv_button(lambda: frame, file_name=f"inputs_{file_name}.csv", key=f"{key}.inputs.csv")
    st.dataframe(
        frame.drop(columns="expression"),
        hide_index=True,
        height="content",
        alt="What the step was given, and where each value came from",
        column_config={
            "name": st.column_config.TextColumn("Input", width="small"),
            "value": st.column_config.TextColumn("Value", width="large"),
            "source": st.column_config.TextColumn("From", width="medium"),
        },
    )
    for given in inputs:
        if len(as_text(given.value)) > SHORT:
            with st.expander(f"*{escape(given.name)}* in full", icon=":material/notes:"):
                show_text(as_text(given.value))


def inputs_frame(inputs: tuple[StepInput, ...]) -> pd.DataFrame:
    """Name, value, source in words, and the expression of the document, one row for each input."""
    import pandas as pd

    rows = [
        {
            "name": one.name,
            "value": as_text(one.value),
            "source": source_told(one.source),
            "expression": one.source,
        }
        for one in inputs
    ]
    return pd.DataFrame(rows, columns=["name", "value", "source", "expression"], dtype="string")
