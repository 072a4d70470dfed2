"""Tables of the comparison as a person reads them."""

from __future__ import annotations

import pandas as pd
import pytest

from crewlab.ui.components.compare.differences import by_label, heading_of, readable, short_headings


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


def test_many_executions_get_a_row_each():
    """A long table of what differs has one row per execution, and a column per input."""
    long = pd.DataFrame(
        {
            "input": ["topic", "topic", "year", "year"],
            "label": ["A", "B", "A", "B"],
            "value": ["tea", "cocoa", "2026", "2027"],
        }
    )
    wide = by_label(long)
    assert list(wide) == ["label", "topic", "year"]
    assert wide.to_numpy().tolist() == [["A", "tea", "2026"], ["B", "cocoa", "2027"]]


def test_places_and_settings_are_in_words():
    """No path and no JSON in what a person reads first."""
    frame = pd.DataFrame({"path": ["agents.a.llm"], "kind": ["changed"], "before": ['{"seed": 1}'], "after": ["x"]})
    assert readable(frame).to_numpy().tolist() == [["Agent a: llm", "changed", "seed: 1", "x"]]


def test_metrics_of_all_sizes_are_readable_in_one_column():
    """Tokens have separators, and small costs their digits."""
    frame = pd.DataFrame({"metric": ["input_tokens", "cost_usd"], "A": [1_234_567.0, 0.000012], "Δ B": [1000.0, None]})
    shown = readable(frame)
    assert shown["A"].tolist() == ["1,234,567", "0.000012"]
    assert shown["Δ B"].tolist()[0] == "+1,000"


def test_one_comparison_needs_no_name_in_its_headings():
    """`Δ% B · v1 · row 23` would be cut; where two are compared with the baseline, each keeps its name."""
    one = ["metric", "A · v1", "B · v1", "Δ B · v1", "Δ% B · v1", "B · v1: change"]
    assert short_headings(one) == {"Δ B · v1": "Δ", "Δ% B · v1": "Δ %", "B · v1: change": "Change"}
    assert short_headings([*one, "Δ C · v2"]) == {"Δ% B · v1": "Δ %", "B · v1: change": "Change"}
