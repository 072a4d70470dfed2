"""The tab *Executions*: what ran of a definition, over all its versions, and how each version did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.executions.status import ACTIVE, ExecutionStatus
from crewlab.ui.components.executions.table import open_from
from crewlab.ui.components.formats import plural
from crewlab.ui.components.live import live
from crewlab.ui.editor.open_draft import OpenDraft
from crewlab.ui.editor.version_list import CONTENT
from crewlab.ui.links import link
from crewlab.ui.state import forget, remembered

if TYPE_CHECKING:
    import pandas as pd

    from crewlab.executions.execution import Execution

MOST_READ = 1_000
MOST_SHOWN = 100


def execution_tab(draft: OpenDraft) -> None:
    """Draw what ran: of all versions, or of exactly the content of one."""
    if draft.latest is None:
        st.caption("Nothing saved yet, so nothing has run.")
        return
    number = _choose_version(draft)
    filters = _filters(draft, number)
    live(lambda: _show(draft, filters), is_active=_is_active(draft, filters), every_seconds=2.0)


def _choose_version(draft: OpenDraft) -> int | None:
    numbers = list(range(draft.next_number - 1, 0, -1))
    if remembered(CONTENT) not in numbers:
        forget(CONTENT)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        number = st.selectbox(
            "Version", numbers, index=None, key=CONTENT, placeholder="All versions", width=320,
            label_visibility="collapsed", format_func=lambda number: f"Exactly the content of version {number}",
        )  # fmt: skip
        link("executions", "All executions", ":material/open_in_new:", definition=draft.definition_id,
             help="With filters, charts, CSV and what can be done with several")  # fmt: skip
    return number


def _filters(draft: OpenDraft, number: int | None) -> dict[str, Any]:
    """Runs as the step of a flow count too."""
    if number is None:
        return {"definition": draft.definition_id, "within_flows": True}
    content_hash = draft.lab.definitions.version(str(draft.definition_id), number).content_hash
    return {"content_hash": content_hash, "within_flows": True}


def _is_active(draft: OpenDraft, filters: Mapping[str, Any]) -> bool:
    return draft.lab.count_executions(**filters, status=tuple(ACTIVE)) > 0


def _show(draft: OpenDraft, filters: Mapping[str, Any]) -> bool:
    total = draft.lab.count_executions(**filters)
    if not total:
        st.caption("Nothing of it has run yet. *Run* starts one.")
        return False
    executions = draft.lab.executions(**filters, limit=MOST_READ)
    if len({execution.version_number for execution in executions}) > 1:
        _show_versions(executions)
    shown = f", the newest {MOST_SHOWN} below" if total > MOST_SHOWN else ""
    st.markdown(f"**{plural(total, 'execution')}**{shown}")
    open_from(executions[:MOST_SHOWN], key="definition.executions.table", alt="Executions of all versions")
    return _is_active(draft, filters)


def _show_versions(executions: Sequence[Execution]) -> None:
    if len(executions) == MOST_READ:
        st.caption(f"By version, from the newest {MOST_READ:,} executions:")
    table = by_version(executions)
    st.dataframe(table, hide_index=True, column_config=_looks(),
                 key="definition.executions.versions", alt="How each version did")  # fmt: skip


def _looks() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        "version": st.column_config.TextColumn("Version", width=110),
        "executions": number("Executions", width="small"),
        "completed": number("Completed", width="small"),
        "failed": number("Failed", width="small"),
        "median_duration_seconds": number("Duration", format="%.2f s", help="Median of the completed ones"),
        "mean_cost_usd": number("Cost", format="$%.4f", help="Mean of the completed ones whose price is known"),
    }


def by_version(executions: Sequence[Execution]) -> pd.DataFrame:
    """A row for each version that ran, newest first: how many, how they ended, and what a completed one took."""
    import pandas as pd

    numbers = sorted({execution.version_number or 0 for execution in executions}, reverse=True)
    of = {number: [one for one in executions if (one.version_number or 0) == number] for number in numbers}
    rows = [_version_row(number, some) for number, some in of.items()]
    return pd.DataFrame(rows).dropna(axis="columns", how="all")


def _version_row(number: int, executions: Sequence[Execution]) -> dict[str, Any]:
    completed = [one for one in executions if one.status == ExecutionStatus.COMPLETED]
    costs = [one.usage.cost_usd for one in completed if one.usage.cost_usd is not None]
    durations = [one.duration_seconds for one in completed if one.duration_seconds is not None]
    return {
        "version": f"version {number}" if number else "not saved",
        "executions": len(executions),
        "completed": len(completed),
        "failed": sum(one.status == ExecutionStatus.FAILED for one in executions),
        "median_duration_seconds": _median(durations),
        "mean_cost_usd": sum(costs) / len(costs) if costs else None,
    }


def _median(values: Sequence[float]) -> float | None:
    import statistics

    return statistics.median(values) if values else None
