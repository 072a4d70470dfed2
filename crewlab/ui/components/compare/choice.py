"""What to compare: executions or batches, chosen here or named by the address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.errors import ExecutionNotFoundError
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.formats import ago, plural
from crewlab.ui.components.unique_labels import batch_choices
from crewlab.ui.state import parameters, remember, remembered, show_value

if TYPE_CHECKING:
    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab

EXECUTIONS = "Executions"
BATCHES = "Batches"
RECENT = 300
_READ = "compare.read"


def choose_compared(lab: Lab) -> tuple[list[str], list[str]]:
    """Draw the choice; return (execution ids, batch ids), one of them empty. The address follows the choice."""
    address = st.query_params.to_dict()
    if remembered(_READ) != address or "compare.kind" not in st.session_state:
        _fill()
    chosen_kind = remembered("compare.kind")
    kind = st.segmented_control(
        "Compare", [EXECUTIONS, BATCHES], default=chosen_kind, required=True, key="compare.kind"
    )
    if kind == BATCHES:
        batch_ids = _choose_batches(lab)
        chosen: tuple[list[str], list[str]] = ([], batch_ids)
        query = {"batches": ",".join(batch_ids)} if batch_ids else {}
    else:
        execution_ids = _choose_executions(lab)
        chosen = (execution_ids, [])
        query = {"executions": ",".join(execution_ids)} if execution_ids else {}
    if query != address:
        st.query_params.from_dict(query)
    remember(_READ, query)
    return chosen


def _fill() -> None:
    """Put what the address names into the widgets, before they are drawn."""
    batch_ids = parameters("batches")
    show_value("compare.kind", BATCHES if batch_ids else EXECUTIONS)
    show_value("compare.batches", batch_ids)
    show_value("compare.executions", list(dict.fromkeys(parameters("executions"))))


def _choose_executions(lab: Lab) -> list[str]:
    wanted: Sequence[str] = remembered("compare.executions", [])
    labels = {one.execution_id: label_of(one) for one in [*_found(lab, wanted), *lab.executions(limit=RECENT)]}
    remember("compare.executions", [one for one in wanted if one in labels])
    return st.multiselect(
        "Executions to compare",
        list(labels),
        format_func=lambda execution_id: labels.get(execution_id, execution_id),
        key="compare.executions",
        placeholder="Choose two or more; the first is the baseline",
        label_visibility="collapsed",
        select_all=False,
        wrap=False,
    )


def _found(lab: Lab, execution_ids: Sequence[str]) -> list[Execution]:
    """Those that exist; for each of the others, say so."""
    found = []
    for execution_id in execution_ids:
        try:
            found.append(lab.execution(execution_id))
        except ExecutionNotFoundError as error:
            error_box(error)
    return found


def _choose_batches(lab: Lab) -> list[str]:
    batches = {batch.batch_id: batch for batch in lab.batches()}
    labels = batch_choices(batches.values())
    wanted: Sequence[str] = remembered("compare.batches", [])
    for unknown in [one for one in wanted if one not in batches]:
        error_box(ExecutionNotFoundError(unknown))
    remember("compare.batches", [one for one in wanted if one in batches])
    return st.multiselect(
        "Batches to compare",
        list(batches),
        format_func=lambda batch_id: f"{labels[batch_id]} ({plural(batches[batch_id].size, 'row')})",
        key="compare.batches",
        placeholder="Choose two or more; the first is the baseline",
        label_visibility="collapsed",
        select_all=False,
        wrap=False,
    )


def label_of(execution: Execution) -> str:
    """An execution in one line for a list of choices."""
    version = f" v{execution.version_number}" if execution.version_number else ""
    row = f" row {execution.row_number}" if execution.row_number else ""
    when = ago(execution.created_at)
    return f"{execution.definition_name}{version}{row} · {execution.status} · {when} · {execution.execution_id[-6:]}"
