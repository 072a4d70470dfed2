"""The row of filters above the list of executions, in step with the page's address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.executions.status import ExecutionStatus
from crewlab.ui.components.choose_or_none import choose_or_none
from crewlab.ui.components.executions.filters import ADDRESSED, KINDS, NEWEST, SORTS, ExecutionFilters
from crewlab.ui.components.unique_labels import batch_choices, unique_labels
from crewlab.ui.state import remember, remembered

if TYPE_CHECKING:
    from crewlab.lab import Lab

_KEY = "executions.filter"
_WRITTEN = "executions.written"


def choose_filters(lab: Lab) -> ExecutionFilters:
    """Draw the filters; they start from the address, and the address follows them."""
    address = st.query_params.to_dict()
    if set(address) - ADDRESSED:  # Streamlit leaves the parameters of the page that was opened from here to *Back*
        address = last_address()
    if remembered(_WRITTEN) != address or f"{_KEY}.status" not in st.session_state:
        _fill(ExecutionFilters.from_query(address))
    filters = _draw(lab)
    if filters.to_query() != st.query_params.to_dict():
        st.query_params.from_dict(filters.to_query())
    remember(_WRITTEN, filters.to_query())
    return filters


def last_address() -> dict[str, str]:
    """The address of the list as this session last saw it, to lead back to; empty when it was not filtered."""
    return dict(remembered(_WRITTEN, {}))


def _fill(filters: ExecutionFilters) -> None:
    """Put the values of an address into the widgets, before they are drawn."""
    remember(f"{_KEY}.status", list(filters.statuses))
    remember(f"{_KEY}.kind", filters.kind)
    remember(f"{_KEY}.definition", filters.definition)
    remember(f"{_KEY}.batch", filters.batch_id)
    remember(f"{_KEY}.text", filters.text)
    remember(f"{_KEY}.sort", filters.sort)


def _draw(lab: Lab) -> ExecutionFilters:
    counts = _status_counts(lab)
    statuses = st.pills(
        "Status",
        [str(status) for status in ExecutionStatus],
        default=remembered(f"{_KEY}.status"),
        selection_mode="multi",
        format_func=lambda status: f"{status} {counts[status]:,}" if status in counts else status,
        key=f"{_KEY}.status",
        label_visibility="collapsed",
    )
    with st.grid(5, min_column_width=150, vertical_alignment="bottom"):
        text = st.text_input(
            "Search",
            remembered(f"{_KEY}.text"),
            key=f"{_KEY}.text",
            type="search",
            placeholder="Name, inputs, output, error",
        )
        kind = _choose("Kind", KINDS, "kind")
        definition = _choose_definition(lab)
        batch_id = _choose_batch(lab)
        order = remembered(f"{_KEY}.sort")
        sort = st.selectbox("Order", list(SORTS), list(SORTS).index(order), key=f"{_KEY}.sort")
    return ExecutionFilters(tuple(statuses), definition, batch_id, (text or "").strip(), sort or NEWEST, kind)


def _status_counts(lab: Lab) -> dict[str, int]:
    """How many executions of each status the other filters let through, as the page was last drawn in full."""
    others = ExecutionFilters(
        kind=remembered(f"{_KEY}.kind"),
        definition=remembered(f"{_KEY}.definition"),
        batch_id=remembered(f"{_KEY}.batch"),
        text=(remembered(f"{_KEY}.text") or "").strip(),
    ).arguments()
    counts = {
        name: lab.count_executions(**{**others, "status": (name,)}) for name, any_ in lab.counts().items() if any_
    }
    return {name: number for name, number in counts.items() if number}


def _choose_definition(lab: Lab) -> str | None:
    names = {one.definition_id: one.name for one in lab.definitions.list(archived=None)}
    current = remembered(f"{_KEY}.definition")
    if current in names.values():
        current = next(identity for identity, name in names.items() if name == current)
        remember(f"{_KEY}.definition", current)
    if current is not None and current not in names:
        names = unique_labels({**names, current: current})
    return _choose("Definition", names, "definition")


def _choose_batch(lab: Lab) -> str | None:
    names = batch_choices(lab.batches())
    current = remembered(f"{_KEY}.batch")
    if current is not None and current not in names:
        names[current] = current
    return _choose("Batch", names, "batch")


def _choose(label: str, names: Mapping[str, str], field: str) -> str | None:
    key = f"{_KEY}.{field}"
    return choose_or_none(
        label,
        list(names),
        remembered(key),
        format_func=lambda identity: names.get(identity, identity),
        key=key,
        placeholder="All",
    )
