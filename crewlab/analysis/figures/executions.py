"""A list of executions as bars: how long each took, what each cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewlab.analysis.figures.look import STATUS_COLOURS, figure, note, plain

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

BARS_LIMIT = 2000
"""Of a longer list the first are drawn; the figure says so."""
_LABELLED = 16


def duration_chart(executions: pd.DataFrame) -> go.Figure | None:
    """Seconds of each execution, in the order given, coloured by status; `None` when none has started."""
    return _chart(executions, "duration_seconds", "Duration", "seconds", "have no duration yet")


def cost_chart(executions: pd.DataFrame) -> go.Figure | None:
    """Real spend of each execution in US dollars; `None` when none was priced, as with rehearsal."""
    return _chart(executions, "cost_usd", "Cost", "US dollars", "have no known cost")


def _chart(executions: pd.DataFrame, metric: str, title: str, unit: str, missing: str) -> go.Figure | None:
    known = executions[executions[metric].notna()]
    if known.empty:
        return None
    rows = known.head(BARS_LIMIT).reset_index(drop=True)
    drawn = figure(title, rehearsal=rows["is_rehearsal"], replay=rows["is_replay"], height=320, barmode="overlay")
    for status, colour in STATUS_COLOURS.items():
        _add(drawn, rows[rows["status"] == status], status, colour, metric)
    _label(drawn, rows)
    drawn.update_yaxes(title=unit, rangemode="tozero")
    notes = [f"{len(executions) - len(known):,} {missing}"] if len(known) < len(executions) else []
    notes += [f"the first {len(rows):,} of {len(known):,}"] if len(rows) < len(known) else []
    if notes:
        note(drawn, " · ".join(notes))
    return drawn


def _add(drawn: go.Figure, rows: pd.DataFrame, status: str, colour: str, metric: str) -> None:
    if rows.empty:
        return
    drawn.add_bar(
        name=status,
        x=[place + 1 for place in rows.index],
        y=rows[metric].tolist(),
        width=0.85,  # plotly would take it from the bars next to each other within one status
        marker={"color": colour, "line": {"width": 0}},
        customdata=[[row.execution_id, label_of(row)] for row in rows.itertuples()],
        hovertemplate="%{customdata[1]}<br>%{y:.4g}<br>" + status + "<extra></extra>",
    )


def _label(drawn: go.Figure, rows: pd.DataFrame) -> None:
    drawn.update_xaxes(showgrid=False)
    if len(rows) <= _LABELLED:
        by_row = rows["batch_id"].nunique(dropna=False) == 1 and rows["row_number"].is_unique and len(rows) > 1
        names = [f"row {row.row_number}" if by_row else label_of(row) for row in rows.itertuples()]
        drawn.update_xaxes(tickvals=list(range(1, len(rows) + 1)), ticktext=names)
    else:
        drawn.update_xaxes(title="executions, in the order of the table", showticklabels=False)


def label_of(row: Any) -> str:
    """An execution in a few words: definition, version, row of its table."""
    import pandas as pd

    version = "" if pd.isna(row.version_number) else f" v{row.version_number}"
    place = "" if pd.isna(row.row_number) else f" · row {row.row_number}"
    return plain(row.definition_name) + version + place
