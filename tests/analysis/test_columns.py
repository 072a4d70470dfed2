"""Every column of every frame is declared."""

from __future__ import annotations

from itertools import chain

import pytest

from crewlab.analysis import frames
from crewlab.analysis.columns import FRAMES, column

EVERY_COLUMN = [(name, spec) for name, specs in FRAMES.items() for spec in specs]


@pytest.mark.parametrize(("name", "spec"), EVERY_COLUMN, ids=lambda part: getattr(part, "name", part))
def test_each_column_is_explained_and_keeps_its_dtype_when_empty(name, spec):
    """A column has a help text, a unit that its name agrees with, and the declared dtype without any row."""
    assert spec.help
    assert str(frames.empty(name)[spec.name].dtype) == spec.dtype
    assert not spec.name.endswith("_seconds") or (spec.unit, spec.dtype) == ("seconds", "float64")
    assert not spec.name.endswith("_usd") or (spec.unit, spec.dtype) == ("USD", "float64")
    assert not spec.name.endswith("_tokens") or (spec.unit, spec.dtype) == ("tokens", "Int64")
    assert not spec.name.endswith("_at") or spec.dtype == "datetime64[us, UTC]"


@pytest.mark.parametrize("name", FRAMES)
def test_names_are_unique_and_leave_the_owner_out(name):
    """A frame belongs to one owner, and each of its columns has one meaning."""
    names = [spec.name for spec in FRAMES[name]]
    assert len(names) == len(set(names))
    assert "owner" not in names


def test_a_name_has_one_dtype_in_all_frames():
    """Frames join on equal names, so a name never changes its type."""
    dtypes = {}
    for spec in chain.from_iterable(FRAMES.values()):
        dtypes.setdefault(spec.name, set()).add(spec.dtype)
    assert {name: found for name, found in dtypes.items() if len(found) > 1} == {}


@pytest.mark.parametrize("metric", ["duration_seconds", "cost_usd", "retries", "failed_calls", "guardrail_retries"])
def test_less_time_money_and_trouble_is_better(metric):
    """Metrics whose rise is bad say so."""
    assert column("executions", metric).direction == "lower"


@pytest.mark.parametrize("metric", ["input_tokens", "output_tokens", "model_calls", "tool_calls"])
def test_amounts_of_work_have_no_better_direction(metric):
    """More tokens may be a better answer: only what they cost is judged."""
    assert column("executions", metric).direction is None


def test_an_unknown_column_is_an_error():
    """A misspelt column is not silently missing."""
    with pytest.raises(KeyError, match="duration_ms"):
        column("tasks", "duration_ms")
