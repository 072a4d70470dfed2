"""Prices: the shipped table, one's own dated rows, and cost."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from crewlab.definitions.library.prices import Price, PriceTable
from crewlab.errors import SettingsError

TODAY = date(2026, 6, 1)


def table(folder: Path, *rows: dict[str, object]) -> PriceTable:
    (folder / "prices.json").write_text(json.dumps(rows), encoding="utf-8")
    return PriceTable.load(folder)


def row(model: str, dollars: float, since: str | None = None) -> dict[str, object]:
    return {"model": model, "input_usd_per_million": dollars, "output_usd_per_million": 9, "effective_from": since}


@pytest.mark.parametrize(
    "model",
    [
        "gpt-4o-mini",
        "openai/gpt-4o-mini",
        "claude-sonnet-4-5",
        "anthropic/claude-sonnet-4-5",
        "google/gemini-2.5-flash",
    ],
)
def test_shipped_prices_are_found_with_and_without_prefix(tmp_path: Path, model: str):
    """The table in the crewai package answers for the usual models."""
    price = PriceTable.load(tmp_path).find(model, TODAY)
    assert price is not None
    assert 0 < price.input_usd_per_million < price.output_usd_per_million < 1000
    assert price.source.startswith("crewai ")


@pytest.mark.parametrize("model", ["rehearsal/plain", "openai/my-own", "hosted_vllm/gpt-4o-mini", "", "sample_spec"])
def test_what_has_no_price_is_unpriced(tmp_path: Path, model: str):
    """Rehearsals cost nothing and have no price; somebody else's server does not charge the maker's price."""
    assert PriceTable.load(tmp_path).find(model, TODAY) is None


def test_the_latest_row_that_applies_wins(tmp_path: Path):
    """A price of tomorrow does not count today; the shipped one does before the first row."""
    prices = table(
        tmp_path,
        row("gpt-4o-mini", 1, "2026-01-01"),
        row("gpt-4o-mini", 2, "2026-05-01"),
        row("gpt-4o-mini", 3, "2026-07-01"),
    )
    found = [prices.find("openai/gpt-4o-mini", day) for day in (date(2025, 1, 1), date(2026, 2, 1), TODAY)]
    assert [price and price.input_usd_per_million for price in found] == [0.15, 1, 2]


def test_a_row_under_the_full_name_wins(tmp_path: Path):
    """One's own server can have a price of its own."""
    prices = table(tmp_path, row("my-own", 1), row("openai/my-own", 2))
    assert prices.find("openai/my-own", TODAY) == Price(**row("openai/my-own", 2))
    assert {"my-own", "openai/my-own", "gpt-4o-mini"} <= prices.models


@pytest.mark.parametrize(
    "text",
    ["{", "{}", "[1]", '[{"model": "a"}]', '[{"model":"a","input_usd_per_million":-1,"output_usd_per_million":1}]'],
)
def test_a_broken_file_is_said_and_not_ignored(tmp_path: Path, text: str):
    """Wrong prices are worse than none."""
    (tmp_path / "prices.json").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"prices\.json"):
        PriceTable.load(tmp_path)


def test_cached_tokens_are_a_part_of_the_input():
    """They cost their own price, or that of input where there is none."""
    price = Price(model="m", input_usd_per_million=10, output_usd_per_million=20, cached_usd_per_million=1)
    assert PriceTable.cost(price, 1_000_000, 500_000, 400_000) == pytest.approx(6 + 0.4 + 10)
    uncached = price.model_copy(update={"cached_usd_per_million": None})
    assert PriceTable.cost(uncached, 1_000_000, 0, 400_000) == pytest.approx(10)
    assert PriceTable.cost(price, 100, 0, 400) == pytest.approx(100 / 1e6)


def test_unknown_tokens_have_an_unknown_cost():
    """Unknown is never zero."""
    price = Price(model="m", input_usd_per_million=10, output_usd_per_million=20)
    assert PriceTable.cost(price, None, 5) is None
    assert PriceTable.cost(price, 5, None) is None
    assert PriceTable.cost(price, 0, 0, None) == 0


def test_prices_are_found_without_importing_crewai(tmp_path: Path):
    """The table costs milliseconds, crewAI seconds."""
    code = (
        "import sys, datetime, pathlib; from crewlab.definitions.library.prices import PriceTable;"
        f"assert PriceTable.load(pathlib.Path({str(tmp_path)!r})).find('gpt-4o', datetime.date.today());"
        "sys.exit('crewai' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
