"""What to compare: executions or batches, chosen here or named by the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.errors import ExecutionNotFoundError
from crewlab.ui.addresses import Query, fill, filled, leads_elsewhere, widgets_key, write_address
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.formats import ago, plural
from crewlab.ui.components.unique_labels import batch_choices
from crewlab.ui.state import remember, remembered

if TYPE_CHECKING:
    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab

EXECUTIONS = "Executions"
BATCHES = "Batches"
RECENT = 300
_PAGE = "compare"


def choose_compared(lab: Lab) -> tuple[list[str], list[str]]:
    """Draw the choice; return (execution ids, batch ids), one of them empty. The address follows the choice."""
    address = st.query_params.to_dict()
    if f"{widgets_key(_PAGE)}.kind" not in st.session_state or leads_elsewhere(_PAGE, address, _shown()):
        fill(_PAGE, address)
    key, begun = f"{widgets_key(_PAGE)}.kind", BATCHES if filled(_PAGE).get("batches") else EXECUTIONS
    kind = st.segmented_control(
        "Compare", [EXECUTIONS, BATCHES], default=remembered(key, begun), required=True, key=key
    )
    batch_ids = _choose_batches(lab) if kind == BATCHES else []
    execution_ids = _choose_executions(lab) if kind != BATCHES else []
    write_address(_PAGE, _query(execution_ids, batch_ids))
    return execution_ids, batch_ids


def _query(execution_ids: Sequence[str], batch_ids: Sequence[str]) -> Query:
    chosen = {"executions": ",".join(execution_ids), "batches": ",".join(batch_ids)}
    return {name: ids for name, ids in chosen.items() if ids}


def _shown() -> Query:
    """The address of what the widgets hold."""
    is_of_batches = remembered(f"{widgets_key(_PAGE)}.kind") == BATCHES
    return _query([], _wanted("batches")) if is_of_batches else _query(_wanted("executions"), [])


def _wanted(name: str) -> list[str]:
    """The ids that a list holds; before it is drawn, those of the address, each once."""
    begun = [part for part in filled(_PAGE).get(name, "").split(",") if part]
    return list(remembered(f"{widgets_key(_PAGE)}.{name}", dict.fromkeys(begun)))


def _choose_executions(lab: Lab) -> list[str]:
    wanted = _wanted("executions")
    labels = {one.execution_id: label_of(one) for one in [*_found(lab, wanted), *lab.executions(limit=RECENT)]}
    return _choose("executions", wanted, labels)


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
    batches, wanted = {batch.batch_id: batch for batch in lab.batches()}, _wanted("batches")
    for unknown in [one for one in wanted if one not in batches]:
        error_box(ExecutionNotFoundError(unknown))
    names = batch_choices(batches.values())
    labels = {one: f"{name} ({plural(batches[one].size, 'row')})" for one, name in names.items()}
    return _choose("batches", wanted, labels)


def _choose(name: str, wanted: Sequence[str], labels: Mapping[str, str]) -> list[str]:
    key, known = f"{widgets_key(_PAGE)}.{name}", [one for one in wanted if one in labels]
    if len(known) < len(wanted):
        remember(key, known)
    return st.multiselect(
        f"{name.capitalize()} to compare",
        list(labels),
        known,
        format_func=lambda one: labels.get(one, one),
        key=key,
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
