"""Everything that ran or is running: find it, watch it, choose from it, take it away."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from crewlab.executions.status import ACTIVE
from crewlab.ui.addresses import redraw
from crewlab.ui.components.csv_button import csv_button
from crewlab.ui.components.empty_state import empty_state
from crewlab.ui.components.executions.batch_header import show_batch
from crewlab.ui.components.executions.bulk_actions import bulk_actions
from crewlab.ui.components.executions.charts import show_charts
from crewlab.ui.components.executions.filter_bar import choose_filters
from crewlab.ui.components.executions.filters import PAGE_SIZES, ExecutionFilters
from crewlab.ui.components.executions.table import choose_executions, frozen, has_choice
from crewlab.ui.components.formats import plural
from crewlab.ui.components.live import live
from crewlab.ui.components.rehearsal_label import rehearsal_badge, replay_badge
from crewlab.ui.links import go, link
from crewlab.ui.state import on_screen, remember, remembered

if TYPE_CHECKING:
    import pandas as pd

    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab

_SHOWN = "executions.shown"
_CHOICE = "executions.choice"


class _Shown(NamedTuple):
    """The rows of one page of one view, and whether some of them were chosen."""

    identity: str
    executions: list[Execution]
    is_chosen: bool


_NOTHING_SHOWN = _Shown("", [], False)


def render(lab: Lab) -> None:
    """Draw the page; the address holds the filters: `?status=…&definition=…&batch=…&text=…&sort=…`."""
    st.title("Executions")
    if not lab.count_executions():
        with empty_state("Nothing has run yet", "Choose a crew or a flow and run it.", ":material/rocket_launch:"):
            link("launch", "Launch a crew", ":material/rocket_launch:")
        return
    filters = choose_filters(lab)
    live(
        lambda: _show(lab, filters),
        is_active=_is_active(lab, filters),
        every_seconds=2.0,
    )


def _is_active(lab: Lab, filters: ExecutionFilters) -> bool:
    """Whether anything that the list could show is still going on; also what a status filter hides may enter it."""
    return lab.count_executions(**{**filters.arguments(), "status": tuple(ACTIVE)}) > 0


def _show(lab: Lab, filters: ExecutionFilters) -> bool:
    if filters.batch_id:
        show_batch(lab, filters.batch_id)
    total = lab.count_executions(**filters.arguments())
    if total == 0:
        st.caption("No execution matches these filters.")
        _show_way_out(filters)
    else:
        _show_list(lab, filters, total)
    return _is_active(lab, filters)


def _show_way_out(filters: ExecutionFilters) -> None:
    """Fewer filters: within a batch, first all of the batch."""
    with st.container(horizontal=True):
        narrowed = filters.statuses or filters.kind or filters.definition or filters.text
        if (
            filters.batch_id
            and narrowed
            and st.button(
                "Show all of this batch", icon=":material/table_rows:", type="primary", key="executions.all_of_batch"
            )
        ):
            go("executions", batch=filters.batch_id)
        if st.button("Show all executions", icon=":material/filter_alt_off:", key="executions.all"):
            go("executions")


def _show_list(lab: Lab, filters: ExecutionFilters, total: int) -> None:
    toolbar = st.container(horizontal=True, vertical_alignment="center")
    table, charts = st.tabs(
        [":material/table: Table", ":material/bar_chart: Charts"], key="executions.tabs", on_change="rerun"
    )
    offset, size = _choose_page(filters, total)
    executions = _page(lab, filters, offset, size)
    chosen: list[str] = []
    if table.open:
        with table:
            chosen = choose_executions(executions, key=_choice_key(filters, offset, size))
    if charts.open:
        with charts:
            show_charts(lab, [execution.execution_id for execution in executions])
    with toolbar:
        _show_toolbar(lab, filters, total, [one for one in executions if one.execution_id in set(chosen)])


def _show_toolbar(lab: Lab, filters: ExecutionFilters, total: int, chosen: list[Execution]) -> None:
    st.markdown(f"**{plural(total, 'execution')}**" + (f", {len(chosen)} chosen" if chosen else ""), width="content")
    if bulk_actions(lab, chosen):
        remember(_CHOICE, remembered(_CHOICE, 0) + 1)
        redraw()
    csv_button(
        lambda: view_frame(lab, filters), label="CSV of this view", file_name="executions.csv", key="executions.csv"
    )
    shown = remembered(_SHOWN, _NOTHING_SHOWN).executions
    if any(one.is_rehearsal for one in shown):
        rehearsal_badge()
    if any(one.is_replay for one in shown):
        replay_badge()


def view_frame(lab: Lab, filters: ExecutionFilters) -> pd.DataFrame:
    """Every execution that matches the filters, on all pages, in the order of the list."""
    ids = [one.execution_id for one in lab.executions(**filters.arguments(), **filters.order())]
    return lab.executions_df(execution_ids=ids).set_index("execution_id", drop=False).loc[ids]


def _choose_page(filters: ExecutionFilters, total: int) -> tuple[int, int]:
    """Offset and size of the page, chosen below the table."""
    if total <= PAGE_SIZES[0]:
        return 0, PAGE_SIZES[0]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        size = st.selectbox(
            "Rows on a page", PAGE_SIZES, index=1, key="executions.size", label_visibility="collapsed", width=100
        )
        page = st.pagination(-(-total // size), key=f"executions.page.{filters}.{size}")
    return (page - 1) * size, size


def _page(lab: Lab, filters: ExecutionFilters, offset: int, size: int) -> list[Execution]:
    """The executions of one page; their places stay while rows of it are chosen."""
    fresh = lab.executions(**filters.arguments(), **filters.order(), limit=size, offset=offset)
    identity = _choice_key(filters, offset, size)
    before, is_chosen = remembered(_SHOWN, _NOTHING_SHOWN), has_choice(identity)
    if before.identity == identity and is_chosen:
        fresh = frozen(before.executions if before.is_chosen else on_screen(identity), fresh)
    remember(_SHOWN, _Shown(identity, fresh, is_chosen))
    return fresh


def _choice_key(filters: ExecutionFilters, offset: int, size: int) -> str:
    """A key of its own for the choice on each page of each view; an action that changed something clears it."""
    return f"executions.table.{filters}.{offset}.{size}.{remembered(_CHOICE, 0)}"
