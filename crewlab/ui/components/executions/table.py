"""The list of executions as a table whose rows can be chosen, safely while new ones keep arriving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.ui.components.cells import as_text
from crewlab.ui.components.executions.header import noun_of
from crewlab.ui.components.plain_text import shorten
from crewlab.ui.components.rehearsal_label import note_of
from crewlab.ui.components.row_choice import chosen_rows
from crewlab.ui.components.table_columns import column_config, status_column
from crewlab.ui.links import go
from crewlab.ui.state import note_drawn, on_screen

if TYPE_CHECKING:
    import pandas as pd

    from crewlab.executions.execution import Execution

_NUMBERS = ("duration_seconds", "input_tokens", "output_tokens", "cost_usd")
_COLUMNS = ("open", "kind", "step", "status", "row", "inputs", "progress", *_NUMBERS, "created_at", "error", "note")
INPUT_LENGTH = 120


def table_of(executions: Sequence[Execution]) -> pd.DataFrame:
    """One row per execution, as the list shows it."""
    import pandas as pd

    varying = varying_inputs(executions)
    frame = pd.DataFrame([_row(execution, varying) for execution in executions], columns=list(_COLUMNS))
    if not any(execution.kind == "flow" for execution in executions):
        frame = frame.drop(columns="kind")
    return frame.astype({"row": "Int64"}).dropna(axis="columns", how="all")


def choose_executions(executions: Sequence[Execution], *, key: str) -> list[str]:
    """Draw the table; return the ids of the chosen rows. A click on a name opens that execution."""
    note_drawn(key, executions)
    event = st.dataframe(
        table_of(executions),
        hide_index=True,
        column_config=_looks(executions, key),
        placeholder="",
        alt="Executions",
        key=key,
        on_select="rerun",
        selection_mode="multi-row",
        height="content" if len(executions) <= 15 else 570,
    )
    return [executions[row].execution_id for row in chosen_rows(event) if row < len(executions)]


def open_from(executions: Sequence[Execution], *, key: str, alt: str) -> None:
    """Draw the table without a choice of rows: a click on a name opens that execution."""
    note_drawn(key, executions)
    st.dataframe(
        table_of(executions).drop(columns="row", errors="ignore"),
        hide_index=True,
        column_config=_looks(executions, key),
        placeholder="",
        alt=alt,
        key=key,
        height="content" if len(executions) <= 15 else 570,
    )


def varying_inputs(executions: Sequence[Execution]) -> set[str]:
    """Names of inputs that tell these executions apart; all names when none does."""
    values: dict[str, set[str]] = {}
    for execution in executions:
        for name, value in execution.inputs.items():
            values.setdefault(name, set()).add(as_text(value))
    return {name for name, found in values.items() if len(found) > 1} or set(values)


def _inputs_text(execution: Execution, varying: set[str]) -> str:
    """The inputs that tell it apart; all of them when its definition shares none of those names."""
    told = {name: value for name, value in execution.inputs.items() if name in varying} or execution.inputs
    return " · ".join(as_text(value) for value in told.values() if value is not None)


def _row(execution: Execution, varying: set[str]) -> dict[str, Any]:
    usage = execution.usage
    version = f" v{execution.version_number}" if execution.version_number else ""
    return {
        "open": f"{execution.definition_name}{version}",
        "kind": execution.kind,
        "step": execution.parent_step,
        "status": [str(execution.status)],
        "row": execution.row_number,
        "progress": f"{execution.tasks_done}/{execution.tasks_total}",
        "inputs": shorten(_inputs_text(execution, varying), INPUT_LENGTH),
        "created_at": execution.created_at,
        "duration_seconds": execution.duration_seconds,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cost_usd": usage.cost_usd,
        "error": None if execution.error is None else f"{execution.error.title}: {execution.error.message}",
        "note": note_of(execution),
    }


def has_choice(key: str) -> bool:
    """Whether rows of the table with this key are chosen, asked before it is drawn."""
    return bool(chosen_rows(st.session_state.get(key)))


def frozen(shown: Sequence[Execution], fresh: Sequence[Execution]) -> list[Execution]:
    """The rows of `shown` in their places, as they stand in `fresh` where that knows them.

    Rows are chosen by place; while some are chosen, new executions must not move them under the pointer.
    """
    now = {execution.execution_id: execution for execution in fresh}
    return [now.get(execution.execution_id, execution) for execution in shown]


def _open(key: str, button: str) -> None:
    """Show the execution whose name was clicked: its place is that on the screen, not what is drawn by now."""
    click, rows = st.session_state[button], on_screen(key)
    if click is not None and click["row"] < len(rows):
        go("execution", id=rows[click["row"]].execution_id)


def heading_of_progress(executions: Sequence[Execution]) -> str:
    """What is counted: the tasks of crews, the steps of flows, or either."""
    counted = {f"{noun_of(execution).capitalize()}s" for execution in executions}
    return counted.pop() if len(counted) == 1 else "Done"


def _looks(executions: Sequence[Execution], key: str) -> dict[str, Any]:
    return {
        **column_config("executions", _NUMBERS),
        "open": st.column_config.ButtonColumn(
            "Execution",
            type="tertiary",
            alignment="left",
            on_click=_open,
            args=(key, f"{key}.open"),
            key=f"{key}.open",
            help="Opens the execution",
        ),
        "kind": st.column_config.TextColumn("Kind", width=55, help="A crew, or a flow that runs several"),
        "step": st.column_config.TextColumn("Step", width="small", help="Step of the flow that it ran as"),
        "status": status_column(),
        "row": st.column_config.NumberColumn("Row", width=50, help="Row of the input table"),
        "progress": st.column_config.TextColumn(
            heading_of_progress(executions),
            width=55,
            help="Finished tasks of all tasks; of a flow, steps, of which some may not be on its way",
        ),
        "input_tokens": st.column_config.NumberColumn("Tokens in", format="localized", width=80),
        "output_tokens": st.column_config.NumberColumn("Tokens out", format="localized", width=80),
        "created_at": st.column_config.DatetimeColumn("Launched", format="D MMM HH:mm", width=100, help="UTC"),
        "inputs": st.column_config.TextColumn("Inputs", width="medium"),
        "error": st.column_config.TextColumn("Error", width="medium"),
        "note": st.column_config.TextColumn("Note", help="Made up by the rehearsal model, or recorded earlier"),
    }
