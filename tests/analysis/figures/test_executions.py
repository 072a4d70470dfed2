"""Charts of a list of executions."""

from __future__ import annotations

import pytest

from crewlab.analysis import figures, frames
from crewlab.analysis.figures import executions as module
from tests.analysis.rows import at, executions


@pytest.mark.parametrize("chart", [figures.duration_chart, figures.cost_chart])
def test_nothing_known_means_no_chart(chart):
    """No empty axes for an empty list, nor for rehearsal, which costs nothing."""
    assert chart(frames.empty("executions")) is None
    assert chart(executions({"is_rehearsal": True})) is None


def test_bars_follow_the_table_and_are_coloured_by_status():
    """The first row of the list is the first bar, whatever it is sorted by."""
    rows = executions(
        {"duration_seconds": 2.0, "created_at": at(9)},
        {"duration_seconds": 1.0, "created_at": at(5), "status": "failed"},
    )
    found = {trace.name: (trace.x, trace.y, trace.marker.color) for trace in figures.duration_chart(rows).data}
    colours = figures.STATUS_COLOURS
    assert found == {"completed": ((1,), (2.0,), colours["completed"]), "failed": ((2,), (1.0,), colours["failed"])}


def test_no_bar_covers_those_beside_it():
    """Of a status that is rare plotly would draw bars as wide as the way to the next of them."""
    rows = executions(*({"duration_seconds": 1.0, "status": "completed" if n % 5 else "failed"} for n in range(10)))
    assert {trace.width for trace in figures.duration_chart(rows).data} == {0.85}


def test_each_bar_knows_its_execution():
    """A click on a bar can open what it stands for."""
    rows = executions({"duration_seconds": 1.0, "version_number": 3, "row_number": 7})
    assert list(figures.duration_chart(rows).data[0].customdata[0]) == ["e0", "market-brief v3 · row 7"]


def test_what_has_no_value_is_counted():
    """Executions without a known cost are said to be missing, not drawn as free."""
    drawn = figures.cost_chart(executions({"cost_usd": 0.5}, {}, {}))
    assert len(drawn.data[0].x) == 1
    assert "2 have no known cost" in drawn.layout.annotations[0].text


def test_a_long_list_is_cut_and_says_so(monkeypatch):
    """The first are drawn, and the figure says of how many."""
    monkeypatch.setattr(module, "BARS_LIMIT", 2)
    drawn = figures.duration_chart(executions(*({"duration_seconds": float(n)} for n in range(5))))
    assert drawn.data[0].y == (0.0, 1.0)
    assert "the first 2 of 5" in drawn.layout.annotations[0].text


@pytest.mark.parametrize(
    ("flags", "label"),
    [
        ([False, None], ""),
        ([True, True], " · rehearsal: not evidence"),
        ([True, False], " · includes rehearsal: not evidence"),
    ],
)
def test_rehearsal_is_in_the_title(flags, label):
    """A chart with rehearsal in it says so, and says whether it is all of it."""
    rows = executions(*({"duration_seconds": 1.0, "is_rehearsal": flag} for flag in flags))
    assert figures.duration_chart(rows).layout.title.text == f"Duration{label}"
