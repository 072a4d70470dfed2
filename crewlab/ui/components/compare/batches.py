"""Batches compared over the inputs that they share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.analysis import figures
from crewlab.analysis.compare import METRICS
from crewlab.analysis.exports import with_note
from crewlab.ui.components.cells import cell
from crewlab.ui.components.compare.differences import (
    looks_of,
    readable,
    show_caveats,
    show_differences,
    show_part,
    with_badges,
)
from crewlab.ui.components.compare.executions import choose_metric, show_chart
from crewlab.ui.components.compare.outputs import show_outputs
from crewlab.ui.components.csv_button import csv_button
from crewlab.ui.components.formats import plural
from crewlab.ui.components.row_choice import chosen_rows, keep_choice
from crewlab.ui.components.table_columns import label_of

if TYPE_CHECKING:
    import pandas as pd

    from crewlab.analysis.compare import BatchComparison
    from crewlab.lab import Lab


def show_batch_comparison(lab: Lab, comparison: BatchComparison) -> None:
    """Draw differences, statuses, numbers over pairs, and the pairs themselves."""
    show_caveats(comparison)
    parts = {"Definition": comparison.config_diff(), "Model": comparison.model_differences()}
    show_differences(parts, is_rehearsal=comparison.is_rehearsal)
    metrics, pairs = st.tabs(
        [":material/bar_chart: Metrics", ":material/compare: Pairs and outputs"],
        key="compare.batch_tabs",
        on_change="rerun",
    )
    if metrics.open:
        with metrics:
            _show_metrics(comparison)
    if pairs.open:
        with pairs:
            _show_pairs(lab, comparison)


def _show_metrics(comparison: BatchComparison) -> None:
    label = comparison.is_rehearsal
    show_part("Executions of each batch", comparison.statuses(), key="compare.statuses", is_rehearsal=label)
    metric = choose_metric(METRICS, key="compare.batch_metric")
    figure = figures.paired_deltas(comparison, metric)
    show_chart(figure, key="compare.paired", alt=f"Difference in {label_of(metric)} for each pair")
    show_part("Metrics over pairs with equal inputs", comparison.summary(), key="compare.summary", is_rehearsal=label)


def _show_pairs(lab: Lab, comparison: BatchComparison) -> None:
    pairs = comparison.pairs()
    if pairs.empty:
        st.caption("No two executions have equal inputs, so there is nothing to pair.")
    else:
        _show_pair_table(lab, comparison, pairs)
    unpaired = comparison.unpaired()
    if not unpaired.empty:
        title = f"{plural(len(unpaired), 'execution')} without a partner"
        rest = st.expander(title, icon=":material/link_off:", key="compare.more_unpaired", on_change="rerun")
        if rest.open:
            with rest:
                show_part("Unpaired", unpaired, key="compare.unpaired", is_rehearsal=comparison.is_rehearsal)


def _show_pair_table(lab: Lab, comparison: BatchComparison, pairs: pd.DataFrame) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{len(pairs)} pairs. Choose a row to read both outputs.")
        csv_button(
            lambda: pairs, file_name="pairs.csv", key="compare.pairs.csv", is_rehearsal=comparison.is_rehearsal or None
        )
    shown = readable(with_short_inputs(pairs)).drop(columns=["baseline_execution_id", "execution_id"])
    shown = with_badges(with_note(shown, is_rehearsal=comparison.is_rehearsal or None))
    keep_choice("compare.pairs", list(pairs["execution_id"]))
    event = st.dataframe(
        shown,
        hide_index=True,
        placeholder="–",
        column_config=looks_of(shown),
        alt="Pairs of executions with equal inputs",
        key="compare.pairs",
        on_select="rerun",
        selection_mode="single-row",
    )
    rows = [row for row in chosen_rows(event) if row < len(pairs)]
    _show_pair(lab, comparison, pairs.iloc[rows[0] if rows else 0])


def with_short_inputs(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs with their inputs as values only, and only those that tell the pairs apart."""
    inputs = [json.loads(text) for text in pairs["inputs"]]
    alike = {name for name in inputs[0] if len({str(one.get(name)) for one in inputs}) == 1} if inputs else set()
    texts = [" · ".join(str(v) for name, v in one.items() if name not in alike or len(inputs) == 1) for one in inputs]
    return pairs.assign(inputs=texts)


def _show_pair(lab: Lab, comparison: BatchComparison, pair: pd.Series[Any]) -> None:
    st.markdown(f"**Row {cell(pair, 'row_number')}**")
    before, after = lab.execution(pair["baseline_execution_id"]), lab.execution(pair["execution_id"])
    show_outputs(before, after, (comparison.labels[0], str(pair["label"])), key="compare.pair_outputs")
