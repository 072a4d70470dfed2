"""Bars per task of one execution."""

from __future__ import annotations

import pytest

from crewlab.analysis import figures, frames
from tests.analysis.rows import tasks


@pytest.mark.parametrize("metric", ["duration_seconds", "tokens", "cost_usd"])
def test_nothing_known_means_no_figure(metric):
    """There is no empty chart."""
    assert figures.task_bars(frames.empty("tasks"), metric) is None
    assert figures.task_bars(tasks({"task_name": "a"}), metric) is None


def test_attempts_of_a_task_add_up():
    """What was spent before a resume was spent too."""
    rows = [{"task_name": "a", "task_index": 0, "attempt": n, "cost_usd": 0.25} for n in (1, 2)]
    drawn = figures.task_bars(tasks(*rows, {"task_name": "b", "task_index": 1, "cost_usd": 1.0}), "cost_usd")
    assert (drawn.layout.yaxis.ticktext, drawn.data[0].x) == (("a", "b"), (0.5, 1.0))


def test_tokens_are_stacked_by_direction():
    """Sent and received tokens are told apart."""
    drawn = figures.task_bars(tasks({"task_name": "a", "input_tokens": 5, "output_tokens": 2}), "tokens")
    assert [(trace.name, trace.x) for trace in drawn.data] == [("input tokens", (5.0,)), ("output tokens", (2.0,))]


def test_rehearsal_is_in_the_title():
    """Figures of the rehearsal model say so."""
    drawn = figures.task_bars(tasks({"task_name": "a", "duration_seconds": 1.0, "is_rehearsal": True}))
    assert drawn.layout.title.text.endswith("rehearsal: not evidence")
