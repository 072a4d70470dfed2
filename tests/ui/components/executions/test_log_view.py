"""Filters of the log."""

from __future__ import annotations

import pandas as pd
import pytest

from crewlab.ui.components.executions.log_view import filter_log

LOG = pd.DataFrame(
    {
        "level": ["info", "warning", "error"],
        "kind": ["task_started", "model_call_retried", "task_failed"],
        "agent": ["a", None, "b"],
        "task_name": ["t", "t", "u"],
        "message": ["Task (t) started", "429, again in 1 s", None],
    }
).astype("string")
LOG["occurred_at"] = pd.to_datetime(["2026-01-01T00:00:10Z", "2026-01-01T00:00:12Z", "2026-01-01T00:00:20Z"])


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        ({}, [0, 1, 2]),
        ({"levels": ["warning", "error"]}, [1, 2]),
        ({"kind": ["task_failed"]}, [2]),
        ({"agent": ["a", "b"]}, [0, 2]),
        ({"task_name": ["t"], "levels": ["info"]}, [0]),
        ({"text": "(T)"}, [0]),
        ({"text": "nowhere"}, []),
        ({"seconds": (2.0, None)}, [1, 2]),
        ({"seconds": (None, 2.0)}, [0, 1]),
        ({"seconds": (1.0, 5.0), "levels": ["warning"]}, [1]),
    ],
)
def test_each_filter_narrows(filters: dict, rows: list[int]):
    """Filters add up; an empty one lets everything through; text is searched literally, whatever its case."""
    assert list(filter_log(LOG, **filters).index) == rows
