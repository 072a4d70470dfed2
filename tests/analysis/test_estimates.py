"""Cost as if another model had done the work."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from crewlab.analysis.estimates import cost_as_if
from tests.analysis.rows import calls, executions

PRICE = SimpleNamespace(
    model="openai/gpt-4o", input_usd_per_million=2.0, output_usd_per_million=10.0, cached_usd_per_million=1.0
)


def test_cached_tokens_are_a_cheaper_part_of_the_input():
    """1,000 sent, 400 of them cached, 100 received: 600×2 + 400×1 + 100×10 millionths."""
    frame = cost_as_if(executions({"input_tokens": 1000, "cached_tokens": 400, "output_tokens": 100}), PRICE)
    assert frame["estimated_cost_usd"].tolist() == pytest.approx([0.0026])
    assert frame["estimated_as"].tolist() == ["openai/gpt-4o"]


def test_without_a_cached_price_cached_tokens_cost_as_much_as_others():
    """A price table that does not know a cached rate never makes the estimate too low."""
    price = SimpleNamespace(**{**vars(PRICE), "cached_usd_per_million": None})
    frame = cost_as_if(executions({"input_tokens": 1000, "cached_tokens": 400, "output_tokens": 0}), price)
    assert frame["estimated_cost_usd"].tolist() == pytest.approx([0.002])


def test_unknown_tokens_have_no_estimate():
    """Unknown usage is unknown cost, not 0."""
    frame = cost_as_if(executions({"input_tokens": 10}, {}), PRICE)
    assert frame["estimated_cost_usd"].isna().all()


def test_real_spend_is_left_alone():
    """An estimate stands beside the real cost and never changes it, nor the frame it came from."""
    before = executions({"input_tokens": 10, "output_tokens": 10, "cost_usd": 0.5})
    after = cost_as_if(before, PRICE)
    assert after["cost_usd"].tolist() == [0.5]
    assert "estimated_cost_usd" not in before


def test_calls_add_up_to_their_execution():
    """The estimate is the same whether it is made per call or of the sum."""
    rows = [{"input_tokens": 100 * n, "cached_tokens": 10 * n, "output_tokens": n} for n in range(1, 5)]
    parts = cost_as_if(calls("model_calls", *rows), PRICE)["estimated_cost_usd"].sum()
    sums = {name: sum(row[name] for row in rows) for name in rows[0]}
    assert cost_as_if(executions(sums), PRICE)["estimated_cost_usd"].tolist() == pytest.approx([parts])
