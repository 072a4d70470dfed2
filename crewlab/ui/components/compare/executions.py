"""Two or more executions compared: differences first, then numbers, tasks and outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.analysis import figures
from crewlab.analysis.compare import METRICS, TASK_METRICS
from crewlab.ui.components.cells import cell
from crewlab.ui.components.chart import show_figure
from crewlab.ui.components.compare.differences import show_caveats, show_differences, show_part
from crewlab.ui.components.compare.outputs import choose_pair, show_outputs
from crewlab.ui.components.table_columns import label_of

if TYPE_CHECKING:
    import pandas as pd

    from crewlab.analysis.compare import Comparison
    from crewlab.executions.execution import Execution

FINAL = "Final output"


def show_comparison(comparison: Comparison) -> None:
    """Draw the whole comparison; only the open tab is computed."""
    show_caveats(comparison)
    parts = {
        "Definition": comparison.config_diff(),
        "Inputs": comparison.input_differences(),
        "Model": comparison.model_differences(),
    }
    show_differences(parts, is_rehearsal=comparison.is_rehearsal)
    tabs = {
        ":material/bar_chart: Metrics": _show_metrics,
        f":material/checklist: {comparison.part.capitalize()}s": _show_tasks,
        ":material/article: Outputs": _show_outputs,
    }
    for tab, show in zip(st.tabs(list(tabs), key="compare.tabs", on_change="rerun"), tabs.values(), strict=True):
        if tab.open:
            with tab:
                show(comparison)


def choose_metric(metrics: tuple[str, ...], *, key: str) -> str:
    """Draw the choice of the metric in a chart."""
    return st.selectbox("Metric in the chart", metrics, format_func=label_of, key=key, width=260) or metrics[0]


def show_chart(figure: Any, *, key: str, alt: str) -> None:
    """A figure, or that its metric is not known."""
    if figure is None:
        st.caption("This metric is not known for any of them.")
    else:
        show_figure(figure, key=key, alt=alt)


def _show_metrics(comparison: Comparison) -> None:
    metric = choose_metric(METRICS, key="compare.metric")
    show_chart(
        figures.metric_bars(comparison, metric), key="compare.metric_bars", alt=f"{label_of(metric)} of each execution"
    )
    show_part("Metrics", comparison.summary(), key="compare.metrics", is_rehearsal=comparison.is_rehearsal)


def _show_tasks(comparison: Comparison) -> None:
    metric = choose_metric(TASK_METRICS, key="compare.task_metric")
    figure = figures.task_metric_bars(comparison, metric)
    part = comparison.part
    show_chart(figure, key="compare.task_bars", alt=f"{label_of(metric)} of each {part}")
    frame = comparison.task_metric(metric)
    show_part(f"{label_of(metric)} per {part}", frame, key="compare.task_table", is_rehearsal=comparison.is_rehearsal)
    rest = st.expander(
        f"All metrics of all {part}s", icon=":material/table:", key="compare.more_tasks", on_change="rerun"
    )
    if rest.open:
        frame = comparison.tasks().drop(columns="output")
        with rest:
            show_part(f"{part.capitalize()}s", frame, key="compare.tasks", is_rehearsal=comparison.is_rehearsal)


def _show_outputs(comparison: Comparison) -> None:
    executions, labels = comparison.executions, comparison.labels
    one, other = choose_pair(labels, key="compare.pair")
    tasks = comparison.tasks()
    names = [name for name in tasks["task"].dropna().unique() if name and not str(name).startswith("(")]
    chosen = st.selectbox("Output of", [FINAL, *names], key="compare.output_of", width=320)
    output_of = None if chosen in (None, FINAL) else lambda execution: _task_output(tasks, execution, str(chosen))
    show_outputs(
        executions[one], executions[other], (labels[one], labels[other]), key="compare.outputs", output_of=output_of
    )
    rest = st.expander("All outputs as a table", icon=":material/table:", key="compare.more_outputs", on_change="rerun")
    if rest.open:
        with rest:
            show_part("Outputs", comparison.outputs(), key="compare.all_outputs", is_rehearsal=comparison.is_rehearsal)


def _task_output(tasks: pd.DataFrame, execution: Execution, task: str) -> str:
    rows = tasks[(tasks["task"] == task) & (tasks["execution_id"] == execution.execution_id)]
    return "" if rows.empty else str(cell(rows.iloc[0], "output") or "")
