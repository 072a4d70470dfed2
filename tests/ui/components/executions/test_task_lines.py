"""Lines of tasks add up to the execution."""

from __future__ import annotations

import pandas as pd

from crewlab.analysis import frames
from crewlab.executions.usage import Usage
from crewlab.ui.components.executions.task_lines import TOTAL, UNASSIGNED, task_lines, usage_columns


def frame(name: str, *rows: dict) -> pd.DataFrame:
    empty = frames.empty(name)
    return pd.DataFrame(list(rows), columns=empty.columns).astype(empty.dtypes)


TASKS = frame("tasks", {"task_name": "research", "model_calls": 2, "input_tokens": 100, "output_tokens": 10})
USAGE = Usage(model_calls=3, input_tokens=150, output_tokens=15)


def test_calls_without_a_task_have_a_line_of_their_own():
    """Task lines and the unassigned line together are the total."""
    calls = frame(
        "model_calls",
        {"task_name": "research", "input_tokens": 100, "output_tokens": 10},
        {"task_name": None, "input_tokens": 50, "output_tokens": 5, "status": "completed"},
    )
    lines = task_lines(TASKS, calls, frames.empty("tool_calls"), USAGE, 4.0)
    assert list(lines["task_name"]) == ["research", UNASSIGNED, TOTAL]
    for name in ("input_tokens", "output_tokens"):
        assert lines[name].iloc[:-1].sum() == lines[name].iloc[-1]


def test_no_line_for_nothing():
    """Without such calls there is only the total."""
    calls = frame("model_calls", {"task_name": "research"})
    lines = task_lines(TASKS, calls, frames.empty("tool_calls"), USAGE, 4.0)
    assert list(lines["task_name"]) == ["research", TOTAL]


def test_unknown_stays_unknown():
    """Tokens that nobody reported are missing, not zero, and dtypes stay."""
    lines = task_lines(TASKS, frames.empty("model_calls"), frames.empty("tool_calls"), Usage(), None)
    assert pd.isna(lines["input_tokens"].iloc[-1])
    assert (lines.dtypes == TASKS.dtypes).all()


def test_columns_of_nothing_take_no_place():
    """A kind of usage that no row has is left out, unless it is one that everybody looks for."""
    assert usage_columns(TASKS, ("cost_usd",)) == ("model_calls", "input_tokens", "output_tokens", "cost_usd")
