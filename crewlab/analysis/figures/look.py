"""One look for all figures: colours that work on light and dark, and rehearsal and replay labels in the title."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from crewlab.analysis.columns import REHEARSAL_NOTE, REPLAY_NOTE

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

STATUS_COLOURS = {
    "pending": "#A3A9BC",
    "preparing": "#6FA8DC",
    "running": "#2F8FD8",
    "waiting": "#8E7CF0",
    "parked": "#B8ADF5",
    "cancelling": "#B39B6B",
    "completed": "#0E9F7E",
    "reused": "#7FBFAE",
    "skipped": "#9AA9A0",
    "failed": "#D6456B",
    "cancelled": "#8A93A8",
    "interrupted": "#E08A1E",
}
"""The colour of each status of executions, tasks and calls, in both themes."""

SERIES = ("#7466EC", "#0E9F7E", "#E08A1E", "#D6456B", "#2F8FD8", "#8A93A8")
BASELINE = "#8A93A8"
PRIMARY = SERIES[0]
BETTER, WORSE = STATUS_COLOURS["completed"], STATUS_COLOURS["failed"]
MODEL_CALL, TOOL_CALL = "#7466EC", "#C05ACD"

_GRID = "rgba(128, 134, 152, 0.25)"


def figure(
    title: str,
    *,
    rehearsal: pd.Series[Any] | bool,
    replay: pd.Series[Any] | bool = False,
    height: int = 360,
    **layout: Any,
) -> go.Figure:
    """An empty figure with transparent background, and in its title which of its rows are rehearsal or replay."""
    import plotly.graph_objects as go

    axis = {"gridcolor": _GRID, "zerolinecolor": _GRID, "automargin": True}
    axis |= {"exponentformat": "none", "separatethousands": True}  # 0.00015 dollars, not 150µ
    drawn = go.Figure()
    drawn.update_layout(
        title={
            "text": title + note_label(rehearsal, REHEARSAL_NOTE) + note_label(replay, REPLAY_NOTE),
            "font": {"size": 15},
            "x": 0,
            "xanchor": "left",
        },
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        height=height,
        margin={"l": 8, "r": 8, "t": 56, "b": 8},
        legend={"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0, "xanchor": "left"},
        uirevision=title,
        xaxis=axis,
        yaxis=axis,
    )
    drawn.update_layout(**layout)
    return drawn


def note_label(applies: pd.Series[Any] | bool, note: str) -> str:
    """What to put behind a title: nothing, or that the note applies to all or to some of what is drawn."""
    flags = [applies] if isinstance(applies, bool) else list(applies.fillna(False))
    if not any(flags):
        return ""
    return f" · {note}" if all(flags) else f" · includes {note}"


def note(drawn: go.Figure, text: str) -> None:
    """Say something below the title, small, such as what was left out."""
    drawn.add_annotation(
        text=text, xref="paper", yref="paper", x=0, y=1.0, yshift=6, xanchor="left",
        yanchor="bottom", showarrow=False,
        font={"size": 12},
    )  # fmt: skip


def plain(text: Any) -> str:
    """Text that plotly shows as it is: names and outputs must not become markup."""
    import pandas as pd

    return "" if pd.isna(text) else html.escape(str(text), quote=False)


def seconds(value: float) -> str:
    """A duration for a person: milliseconds, seconds or minutes."""
    if value < 1:
        return f"{value * 1000:.0f} ms"
    return f"{value:.2f} s" if value < 60 else f"{int(value // 60)} min {value % 60:02.0f} s"
