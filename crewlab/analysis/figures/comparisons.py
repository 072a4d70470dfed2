"""Comparisons as bars: metrics side by side, metrics per task, differences of pairs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from crewlab.analysis.figures.look import BASELINE, BETTER, PRIMARY, SERIES, WORSE, figure, plain
from crewlab.analysis.frames import has_replay

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from crewlab.analysis.compare import BatchComparison, Comparison

SIDE_BY_SIDE = 6
"""Up to so many executions have bars side by side; more become one box with points per task."""
NAMED = 16
"""Up to so many bars have their whole names below them; more have the letters that the names begin with."""


def metric_bars(comparison: Comparison, metric: str = "duration_seconds") -> go.Figure | None:
    """One metric of every execution compared, the baseline in grey; `None` when none is known."""
    rows = comparison.metrics()
    rows = rows[(rows["metric"] == metric) & rows["value"].notna()]
    if rows.empty:
        return None
    baseline = comparison.baseline.execution_id
    drawn = figure(_title(metric), **_flags(comparison, rows), height=320, showlegend=False)
    drawn.add_bar(
        x=[plain(label) for label in rows["label"]],
        y=rows["value"].tolist(),
        marker={
            "color": [BASELINE if one == baseline else PRIMARY for one in rows["execution_id"]],
            "line": {"width": 0},
        },
        customdata=[[one, _delta(change)] for one, change in zip(rows["execution_id"], rows["delta"], strict=True)],
        hovertemplate="%{x}<br>%{y:.4g} " + _unit(rows) + "%{customdata[1]}<extra></extra>",
    )
    drawn.update_xaxes(showgrid=False)
    if len(rows) > NAMED:
        names = [plain(label) for label in rows["label"]]
        drawn.update_xaxes(tickvals=names, ticktext=[name.split(" · ")[0] for name in names])
    drawn.update_yaxes(title=_unit(rows), rangemode="tozero")
    return drawn


def task_metric_bars(comparison: Comparison, metric: str = "duration_seconds") -> go.Figure | None:
    """One metric of every task, lined up across versions; boxes with points beyond six executions."""
    rows = comparison.tasks()
    rows = rows[rows[metric].notna()]
    if rows.empty:
        return None
    title = f"{_title(metric)} per {comparison.part}"
    drawn = figure(title, **_flags(comparison, rows), height=360, barmode="group", boxmode="group")
    if len(comparison.labels) <= SIDE_BY_SIDE:
        for place, label in enumerate(comparison.labels):
            own = rows[rows["label"] == label]
            drawn.add_bar(
                name=plain(label),
                x=_names(own),
                y=_numbers(own, metric),
                marker={"color": SERIES[place], "line": {"width": 0}},
            )
    else:
        drawn.add_box(
            x=_names(rows), y=_numbers(rows, metric), boxpoints="all", jitter=0.4, pointpos=0, name="",
            marker={"color": PRIMARY, "size": 4}, hovertext=[plain(label) for label in rows["label"]],
        )  # fmt: skip
        drawn.update_layout(showlegend=False)
    drawn.update_xaxes(categoryorder="array", categoryarray=list(dict.fromkeys(_names(rows))), showgrid=False)
    drawn.update_yaxes(title=comparison.unit(metric), rangemode="tozero")
    return drawn


def paired_deltas(comparison: BatchComparison, metric: str = "duration_seconds") -> go.Figure | None:
    """The difference of every pair, sorted; with more than two batches a box with points for each."""
    rows = comparison.pairs()
    rows = rows[rows[f"{metric}_delta"].notna()]
    if rows.empty:
        return None
    title = f"{_title(metric)}: difference per input"
    drawn = figure(
        title,
        rehearsal=comparison.is_rehearsal,
        replay=has_replay(comparison.execution_rows),
        height=320,
        showlegend=False,
    )
    if rows["label"].nunique() == 1:
        _sorted_bars(drawn, rows.sort_values(f"{metric}_delta"), metric, comparison.falling_is_better(metric))
    else:
        for label, own in rows.groupby("label", sort=False):
            drawn.add_box(name=plain(label), y=_numbers(own, f"{metric}_delta"), boxpoints="all", marker_color=PRIMARY)
    drawn.update_yaxes(title=f"{comparison.unit(metric)} against the baseline")
    return drawn


def _sorted_bars(drawn: go.Figure, rows: pd.DataFrame, metric: str, falling_is_better: bool | None) -> None:
    values = _numbers(rows, f"{metric}_delta")
    drawn.add_bar(
        x=list(range(1, len(values) + 1)),
        y=values,
        marker={"color": [_colour(value, falling_is_better) for value in values], "line": {"width": 0}},
        customdata=[[row.execution_id, plain(row.inputs)[:200]] for row in rows.itertuples()],
        hovertemplate="%{customdata[1]}<br>%{y:+.4g}<extra></extra>",
    )
    drawn.update_xaxes(title="inputs, sorted by difference", showticklabels=False, showgrid=False)


def _colour(value: float, falling_is_better: bool | None) -> str:
    if falling_is_better is None or value == 0:
        return PRIMARY if value else BASELINE
    return BETTER if (value < 0) == falling_is_better else WORSE


def _flags(comparison: Comparison, rows: pd.DataFrame) -> dict[str, Any]:
    """What the title says of the rows: rehearsal, replay."""
    rehearsal = {one.execution_id: one.is_rehearsal for one in comparison.executions}
    replay = {one.execution_id: one.is_replay for one in comparison.executions}
    ids = rows["execution_id"]
    return {"rehearsal": ids.map(rehearsal), "replay": ids.map(replay)}


def _title(metric: str) -> str:
    name = metric.removesuffix("_seconds").removesuffix("_usd").replace("_", " ")
    return name[:1].upper() + name[1:]


def _unit(rows: pd.DataFrame) -> str:
    return str(rows["unit"].iloc[0])


def _delta(change: float) -> str:
    return "" if math.isnan(change) else f"<br>{change:+.4g} against the baseline"


def _names(rows: pd.DataFrame) -> list[str]:
    return [plain(name) for name in rows["task"]]


def _numbers(rows: pd.DataFrame, column: str) -> list[float]:
    return rows[column].astype("float64").tolist()
