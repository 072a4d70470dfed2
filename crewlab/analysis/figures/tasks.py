"""Where an execution spent its time, tokens and money: one bar per task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from crewlab.analysis.figures.look import PRIMARY, SERIES, figure, plain

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

TaskMetric = Literal["duration_seconds", "tokens", "cost_usd"]

_TITLES = {"duration_seconds": "Time per task", "tokens": "Tokens per task", "cost_usd": "Cost per task"}
_UNITS = {"duration_seconds": "seconds", "tokens": "tokens", "cost_usd": "US dollars"}


def task_bars(tasks: pd.DataFrame, metric: TaskMetric = "duration_seconds") -> go.Figure | None:
    """Time, tokens or cost of each task of one execution, over all attempts; `None` when nothing is known."""
    columns = ["input_tokens", "output_tokens"] if metric == "tokens" else [metric]
    known = tasks[tasks[columns].notna().any(axis="columns")]
    if known.empty:
        return None
    sums = known.groupby(["task_index", "task_name"])[columns].sum(min_count=1).reset_index()
    names = [plain(name) for name in sums["task_name"]]
    drawn = figure(
        _TITLES[metric],
        rehearsal=known["is_rehearsal"],
        replay=known["is_replay"],
        height=110 + 34 * len(names),
        barmode="stack",
    )
    lanes = list(range(len(names)))
    for column, colour in zip(columns, (PRIMARY, SERIES[1]), strict=False):
        drawn.add_bar(
            name=column.replace("_", " "),
            orientation="h",
            y=lanes,
            x=sums[column].astype("float64").tolist(),
            marker={"color": colour, "line": {"width": 0}},
            customdata=names,
            hovertemplate="%{customdata}<br>%{x:.4g} " + _UNITS[metric] + "<extra></extra>",
        )
    drawn.update_yaxes(tickvals=lanes, ticktext=names, range=[len(names) - 0.5, -0.5], showgrid=False, zeroline=False)
    drawn.update_xaxes(title=_UNITS[metric], rangemode="tozero", showgrid=True)
    drawn.update_layout(showlegend=metric == "tokens")
    return drawn
