"""The timeline of an execution."""

from __future__ import annotations

import pytest

from crewlab.analysis import figures, frames
from crewlab.analysis.figures import task_timeline as module
from tests.analysis.rows import at, calls, tasks

NO_MODEL_CALLS, NO_TOOL_CALLS = frames.empty("model_calls"), frames.empty("tool_calls")


def task(name, start, end, **values):
    ended = None if end is None else at(end)
    return {"task_name": name, "started_at": at(start), "ended_at": ended, **values}


def bars(drawn, name):
    """Lane label, start and length of each bar of one trace."""
    (trace,) = [trace for trace in drawn.data if trace.name == name]
    labels = drawn.layout.yaxis.ticktext
    return [(labels[place], base, length) for place, base, length in zip(trace.y, trace.base, trace.x, strict=True)]


def test_nothing_started_means_no_figure():
    """There is no empty chart."""
    assert figures.timeline(frames.empty("tasks"), NO_MODEL_CALLS, NO_TOOL_CALLS) is None
    assert figures.timeline(tasks({"task_name": "a", "status": "reused"}), NO_MODEL_CALLS, NO_TOOL_CALLS) is None


def test_bars_are_seconds_since_the_start():
    """Tasks that overlap are seen to overlap."""
    drawn = figures.timeline(tasks(task("a", 5, 8), task("b", 6, 9.5)), NO_MODEL_CALLS, NO_TOOL_CALLS)
    assert bars(drawn, "Tasks") == [("a", 0, 3), ("b", 1, 3.5)]


def test_calls_are_inside_the_lane_of_their_task():
    """Model and tool calls are drawn where they happened; a manager's calls have a lane of their own."""
    models = calls("model_calls", task("a", 1, 2, model="m"), task(None, 0, 1, model="m"))
    tools = calls("tool_calls", task("a", 2, 2.5, tool="FileReadTool"))
    drawn = figures.timeline(tasks(task("a", 1, 4)), models, tools)
    assert bars(drawn, "Model calls") == [("(unassigned)", 0, 1), ("a", 1, 1)]
    assert bars(drawn, "Tool calls") == [("a", 2, 0.5)]


def test_a_running_task_reaches_to_now_and_a_dead_one_does_not():
    """Live, a bar grows; what its process left behind does not grow for ever."""
    rows = tasks(task("a", 0, None, status="running"), task("b", 1, None, status="interrupted"))
    drawn = figures.timeline(rows, NO_MODEL_CALLS, NO_TOOL_CALLS, now=at(7))
    assert bars(drawn, "Tasks") == [("a", 0, 7), ("b", 1, 0)]


def test_the_pause_between_attempts_is_left_out():
    """An execution resumed the next day is still readable, and its lanes say which attempt they are."""
    rows = tasks(task("a", 0, 2, status="failed"), task("a", 90_000, 90_001, attempt=2))
    drawn = figures.timeline(rows, NO_MODEL_CALLS, NO_TOOL_CALLS)
    assert bars(drawn, "Tasks") == [("a · attempt 1", 0, 2), ("a · attempt 2", 2, 1)]


@pytest.mark.parametrize("flagged", ["tasks", "models", "tools"])
def test_any_rehearsal_row_labels_the_figure(flagged):
    """One rehearsal call is enough for the label."""
    rows = tasks(task("a", 0, 1, is_rehearsal=flagged == "tasks"))
    models = calls("model_calls", task("a", 0, 1, model="m", is_rehearsal=flagged == "models"))
    tools = calls("tool_calls", task("a", 0, 1, tool="t", is_rehearsal=flagged == "tools"))
    drawn = figures.timeline(rows, models, tools)
    assert "rehearsal: not evidence" in drawn.layout.title.text


def test_names_are_shown_as_text():
    """A task or model named like markup stays text."""
    rows = tasks(task("<a href='x'>y</a>", 0, 1, agent="<b>bold</b>"))
    drawn = figures.timeline(rows, NO_MODEL_CALLS, NO_TOOL_CALLS)
    assert drawn.layout.yaxis.ticktext[0] == "&lt;a href='x'&gt;y&lt;/a&gt;"
    assert "&lt;b&gt;bold" in drawn.data[0].hovertext[0]


def test_too_many_calls_are_left_out_and_counted(monkeypatch):
    """Thousands of bars would freeze the page: the tasks stay, a note says what is missing."""
    monkeypatch.setattr(module, "CALLS_LIMIT", 2)
    models = calls("model_calls", *(task("a", n, n + 1, model="m") for n in range(3)))
    drawn = figures.timeline(tasks(task("a", 0, 3)), models, NO_TOOL_CALLS)
    assert [trace.name for trace in drawn.data] == ["Tasks"]
    assert "3 calls are not drawn" in drawn.layout.annotations[0].text


def test_a_failed_call_has_the_colour_of_failure():
    """Where it went wrong is seen at a glance."""
    models = calls("model_calls", task("a", 0, 1, model="m", status="failed"))
    drawn = figures.timeline(tasks(task("a", 0, 1)), models, NO_TOOL_CALLS)
    assert drawn.data[1].marker.color == (figures.STATUS_COLOURS["failed"],)
