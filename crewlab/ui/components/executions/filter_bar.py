"""The row of filters above the list of executions, in step with the page's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.executions.status import ExecutionStatus
from crewlab.ui.addresses import Query, fill, filled, last_address, leads_elsewhere, widgets_key, write_address
from crewlab.ui.components.choose_or_none import choose_or_none
from crewlab.ui.components.executions.filters import ADDRESSED, KINDS, NEWEST, SORTS, ExecutionFilters
from crewlab.ui.components.unique_labels import batch_choices, unique_labels
from crewlab.ui.state import remembered

if TYPE_CHECKING:
    from crewlab.lab import Lab

_PAGE = "executions"


def choose_filters(lab: Lab) -> ExecutionFilters:
    """Draw the filters; they start from the address, and the address follows them."""
    address = st.query_params.to_dict()
    if set(address) - ADDRESSED:  # Streamlit leaves the parameters of the page that was opened from here to *Back*
        address = last_address(_PAGE)
    if _is_new() or leads_elsewhere(_PAGE, address, _shown().to_query()):
        fill(_PAGE, _with_ids(lab, address))
    filters = _draw(lab, _shown())
    write_address(_PAGE, filters.to_query())
    return filters


def _is_new() -> bool:
    return f"{widgets_key(_PAGE)}.status" not in st.session_state


def _with_ids(lab: Lab, address: Query) -> Query:
    """An address may name a definition; the list of definitions has ids."""
    ids = {one.name: one.definition_id for one in lab.definitions.list(archived=None)}
    named = address.get("definition", "")
    return {**address, "definition": ids.get(named, named)} if named else address


def _shown() -> ExecutionFilters:
    """What the widgets hold; before they are drawn, what they are about to show."""
    key, begun = widgets_key(_PAGE), ExecutionFilters.from_query(filled(_PAGE))
    return ExecutionFilters(
        statuses=tuple(remembered(f"{key}.status", begun.statuses)),
        definition=remembered(f"{key}.definition", begun.definition),
        batch_id=remembered(f"{key}.batch", begun.batch_id),
        text=(remembered(f"{key}.text", begun.text) or "").strip(),
        sort=remembered(f"{key}.sort", begun.sort) or NEWEST,
        kind=remembered(f"{key}.kind", begun.kind),
    )


def _draw(lab: Lab, shown: ExecutionFilters) -> ExecutionFilters:
    key, counts = widgets_key(_PAGE), _status_counts(lab, shown)
    statuses = st.pills(
        "Status",
        [str(status) for status in ExecutionStatus],
        default=shown.statuses,
        selection_mode="multi",
        format_func=lambda status: f"{status} {counts[status]:,}" if status in counts else status,
        key=f"{key}.status",
        label_visibility="collapsed",
    )
    with st.grid(5, min_column_width=150, vertical_alignment="bottom"):
        text = st.text_input(
            "Search", shown.text, key=f"{key}.text", type="search", placeholder="Name, inputs, output, error"
        )
        kind = _choose("Kind", KINDS, shown.kind, "kind")
        definition = _choose("Definition", _definitions(lab, shown.definition), shown.definition, "definition")
        batch_id = _choose("Batch", _batches(lab, shown.batch_id), shown.batch_id, "batch")
        sort = st.selectbox("Order", list(SORTS), list(SORTS).index(shown.sort), key=f"{key}.sort")
    return ExecutionFilters(tuple(statuses), definition, batch_id, (text or "").strip(), sort or NEWEST, kind)


def _status_counts(lab: Lab, shown: ExecutionFilters) -> dict[str, int]:
    """How many executions of each status the other filters let through, as the page was last drawn in full."""
    others = replace(shown, statuses=()).arguments()
    counts = {
        name: lab.count_executions(**{**others, "status": (name,)}) for name, any_ in lab.counts().items() if any_
    }
    return {name: number for name, number in counts.items() if number}


def _definitions(lab: Lab, current: str | None) -> dict[str, str]:
    names = {one.definition_id: one.name for one in lab.definitions.list(archived=None)}
    if current is not None and current not in names:
        names = unique_labels({**names, current: current})
    return names


def _batches(lab: Lab, current: str | None) -> dict[str, str]:
    names = batch_choices(lab.batches())
    if current is not None and current not in names:
        names[current] = current
    return names


def _choose(label: str, names: Mapping[str, str], current: str | None, field: str) -> str | None:
    return choose_or_none(
        label,
        list(names),
        current,
        format_func=lambda identity: names.get(identity, identity),
        key=f"{widgets_key(_PAGE)}.{field}",
        placeholder="All",
    )
