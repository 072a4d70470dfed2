"""When each task of an execution ran, with its model and tool calls inside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crewlab.analysis.figures.look import MODEL_CALL, STATUS_COLOURS, TOOL_CALL, figure, note, plain, seconds

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

CALLS_LIMIT = 2000
"""More calls than this are not drawn; the figure says so."""
_ROOMY = 20
"""More lanes than these are drawn closer together."""
UNASSIGNED = "(unassigned)"

Lane = tuple[int, str]


@dataclass(frozen=True)
class _Bar:
    lane: Lane
    start: datetime
    end: datetime
    text: str
    colour: str


@dataclass
class _Clock:
    """Seconds since the start, with the pauses between attempts left out."""

    spans: dict[int, tuple[datetime, datetime]] = field(default_factory=dict)

    def include(self, attempt: int, start: datetime, end: datetime) -> None:
        known = self.spans.get(attempt, (start, end))
        self.spans[attempt] = (min(known[0], start), max(known[1], end))

    def offset(self, attempt: int) -> float:
        earlier = (self.spans[number] for number in self.spans if number < attempt)
        return sum((end - start).total_seconds() for start, end in earlier)

    def seconds(self, attempt: int, moment: datetime) -> float:
        return self.offset(attempt) + (moment - self.spans[attempt][0]).total_seconds()


def timeline(
    tasks: pd.DataFrame,
    model_calls: pd.DataFrame,
    tool_calls: pd.DataFrame,
    *,
    now: datetime | None = None,
    lanes_are: str = "Tasks",
) -> go.Figure | None:
    """A lane per task of one execution, in seconds since its start; `None` before anything started.

    `lanes_are` says what else has the lanes: the steps of a flow.

    What still runs is drawn up to `now`. Attempts follow each other without the pause between them.
    Calls that serve no single task (a manager, planning) have a lane of their own.
    """
    import pandas as pd

    moment = now or datetime.now(UTC)
    task_bars = [_task_bar(row, moment) for row in _started(tasks)]
    model_bars = [_call_bar(row, row.model, MODEL_CALL, moment) for row in _started(model_calls)]
    tool_bars = [_call_bar(row, row.tool, TOOL_CALL, moment) for row in _started(tool_calls)]
    everything = [*task_bars, *model_bars, *tool_bars]
    if not everything:
        return None
    clock = _Clock()
    for bar in everything:
        clock.include(bar.lane[0], bar.start, bar.end)
    lanes = list(dict.fromkeys(bar.lane for bar in everything))
    flags = pd.concat([frame[["is_rehearsal", "is_replay"]] for frame in (tasks, model_calls, tool_calls)])
    drawn = figure(
        "Timeline",
        rehearsal=flags["is_rehearsal"],
        replay=flags["is_replay"],
        height=110 + (44 if len(lanes) <= _ROOMY else 26) * len(lanes),
        barmode="overlay",
    )
    _add(drawn, lanes_are, task_bars, lanes, clock, width=0.86, offset=-0.43, opacity=0.4)
    left_out = len(model_bars) + len(tool_bars)
    if left_out <= CALLS_LIMIT:
        _add(drawn, "Model calls", model_bars, lanes, clock, width=0.34, offset=-0.36, opacity=0.95)
        _add(drawn, "Tool calls", tool_bars, lanes, clock, width=0.34, offset=0.02, opacity=0.95)
    else:
        note(drawn, f"{left_out:,} calls are not drawn (more than {CALLS_LIMIT:,})")
    _axes(drawn, lanes, clock)
    return drawn


def _started(frame: pd.DataFrame) -> Iterable[Any]:
    return frame[frame["started_at"].notna()].sort_values(["attempt", "started_at"], kind="stable").itertuples()


def _end(row: Any, now: datetime) -> datetime:
    """When it ended; for what runs, now; for what never ended because its process died, when it started."""
    import pandas as pd

    start: datetime = row.started_at.to_pydatetime()
    end: datetime = now if pd.isna(row.ended_at) else row.ended_at.to_pydatetime()
    return start if pd.isna(row.ended_at) and row.status != "running" else max(start, end)


def _task_bar(row: Any, now: datetime) -> _Bar:
    start, end = row.started_at.to_pydatetime(), _end(row, now)
    text = f"<b>{plain(row.task_name)}</b> · {row.status}<br>{plain(row.agent)}<br>{_took(start, end)}"
    colour = STATUS_COLOURS.get(row.status, STATUS_COLOURS["pending"])
    return _Bar((int(row.attempt), str(row.task_name)), start, end, text, colour)


def _call_bar(row: Any, what: str, colour: str, now: datetime) -> _Bar:
    import pandas as pd

    start, end = row.started_at.to_pydatetime(), _end(row, now)
    name = UNASSIGNED if pd.isna(row.task_name) else str(row.task_name)
    text = f"<b>{plain(what)}</b> · {row.status}<br>{plain(row.agent)}<br>{_took(start, end)}"
    return _Bar(
        (int(row.attempt), name), start, end, text, STATUS_COLOURS["failed"] if row.status == "failed" else colour
    )


def _took(start: datetime, end: datetime) -> str:
    return seconds((end - start).total_seconds())


def _add(
    drawn: go.Figure, name: str, bars: list[_Bar], lanes: list[Lane], clock: _Clock,
    *, width: float, offset: float, opacity: float,
) -> None:  # fmt: skip
    if not bars:
        return
    places = {lane: index for index, lane in enumerate(lanes)}
    drawn.add_bar(
        name=name,
        orientation="h",
        y=[places[bar.lane] for bar in bars],
        base=[round(clock.seconds(bar.lane[0], bar.start), 4) for bar in bars],
        x=[round((bar.end - bar.start).total_seconds(), 4) for bar in bars],
        width=width,
        offset=offset,
        opacity=opacity,
        marker={"color": [bar.colour for bar in bars], "line": {"width": 0}},
        hovertext=[bar.text for bar in bars],
        hovertemplate="%{hovertext}<br>from %{base:.2f} s<extra></extra>",
    )


def _axes(drawn: go.Figure, lanes: list[Lane], clock: _Clock) -> None:
    several = len(clock.spans) > 1
    names = [plain(name) + (f" · attempt {attempt}" if several else "") for attempt, name in lanes]
    drawn.update_yaxes(
        tickvals=list(range(len(lanes))), ticktext=names, range=[len(lanes) - 0.5, -0.5], showgrid=False, zeroline=False
    )
    drawn.update_xaxes(title="seconds since the start", rangemode="tozero", showgrid=True)
    for attempt in sorted(clock.spans)[1:]:
        drawn.add_vline(x=clock.offset(attempt), line={"dash": "dot", "width": 1, "color": STATUS_COLOURS["pending"]})
