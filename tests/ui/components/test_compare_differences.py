"""Tables of the comparison as a person reads them."""

from __future__ import annotations

import pandas as pd
import pytest

from crewlab.ui.components.compare_differences import heading_of, readable


def test_what_says_nothing_is_left_out():
    """A column without any value, and one label repeated in every row, take no place."""
    frame = pd.DataFrame({"labels": ["B", "B"], "path": ["a", "b"], "before": [None, None], "after": ["x", "y"]})
    assert list(readable(frame)) == ["path", "after"]


def test_metrics_have_readable_names():
    """Names of metrics are those of the other tables."""
    assert list(readable(pd.DataFrame({"metric": ["duration_seconds"], "A": [1.0]}))["metric"]) == ["Duration"]


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("duration_seconds_delta", "Δ Duration"),
        ("cost_usd_baseline", "Cost before"),
        ("kind", "Change"),
        ("A · row 1", "A · row 1"),
    ],
)
def test_headings(name: str, heading: str):
    """Columns of the frames get headings; labels of executions stay."""
    assert heading_of(name) == heading
