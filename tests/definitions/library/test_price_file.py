"""One's own prices: added, changed and removed one by one."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crewlab.definitions.library.price_file import PriceFile, price_of
from crewlab.definitions.library.prices import Price
from crewlab.errors import PriceError, SettingsError


def row(model: str = "openai/mine", dollars: float = 1.5, since: date | None = date(2026, 1, 1)) -> Price:
    return price_of(
        model=model, input_usd_per_million=dollars, output_usd_per_million=6, effective_from=since, source="prices.json"
    )


def test_what_is_added_counts_at_once_and_after_a_restart(tmp_path: Path):
    """The table in use follows the file, whoever wrote it."""
    prices = PriceFile(tmp_path)
    before = prices.table
    assert before.find("openai/mine", date(2026, 6, 1)) is None
    prices.put(row())
    PriceFile(tmp_path).put(row(dollars=3, since=date(2026, 5, 1)))
    days = (date(2025, 1, 1), date(2026, 2, 1), date(2026, 6, 1))
    found = [prices.table.find("openai/mine", day) for day in days]
    assert [price and price.input_usd_per_million for price in found] == [None, 1.5, 3]


def test_a_row_is_changed_and_removed(tmp_path: Path):
    """The other rows stay; the file stays readable."""
    prices = PriceFile(tmp_path)
    prices.put(row())
    prices.put(row("openai/other"))
    prices.put(row(dollars=2), instead_of=row())
    assert set(prices.table.rows) == {row(dollars=2), row("openai/other")}
    prices.delete(row("openai/other"))
    stored = json.loads((tmp_path / "prices.json").read_text())
    assert stored == [
        {
            "model": "openai/mine",
            "input_usd_per_million": 2.0,
            "output_usd_per_million": 6.0,
            "effective_from": "2026-01-01",
        }
    ]


def test_two_prices_of_one_day_are_refused(tmp_path: Path):
    """Which of them counts would be chance; a row may keep its own day when it is changed."""
    prices = PriceFile(tmp_path)
    prices.put(row())
    with pytest.raises(PriceError, match="2026-01-01"):
        prices.put(row(dollars=9))
    prices.put(row(dollars=9), instead_of=row())
    assert prices.table.rows == (row(dollars=9),)


def test_a_row_that_somebody_changed_meanwhile_is_not_overwritten(tmp_path: Path):
    """Neither by a change nor by a deletion."""
    prices = PriceFile(tmp_path)
    prices.put(row(dollars=2))
    with pytest.raises(PriceError, match="meanwhile"):
        prices.put(row(dollars=3), instead_of=row())
    with pytest.raises(PriceError, match="meanwhile"):
        prices.delete(row())
    assert prices.table.rows == (row(dollars=2),)


@pytest.mark.parametrize("model", ["", " ", " x", "a\nb", "x" * 201])
def test_a_model_needs_a_usable_name(tmp_path: Path, model: str):
    """It has to be found again."""
    with pytest.raises(PriceError, match="name"):
        PriceFile(tmp_path).put(row(model))


@pytest.mark.parametrize(
    "fields",
    [
        {"input_usd_per_million": -1},
        {"input_usd_per_million": None},
        {"output_usd_per_million": float("nan")},
        {"cached_usd_per_million": "much"},
        {"effective_from": "soon"},
    ],
)
def test_what_is_no_price_is_refused_by_its_field(fields: dict[str, Any]):
    """With a sentence that names it."""
    with pytest.raises(PriceError, match=next(iter(fields)).replace("_", " ")):
        price_of(**{"model": "m", "input_usd_per_million": 1, "output_usd_per_million": 1, **fields})


def test_a_broken_file_is_said_and_not_overwritten(tmp_path: Path):
    """Somebody's rows may be in it."""
    (tmp_path / "prices.json").write_text("[1]")
    with pytest.raises(SettingsError, match=r"prices\.json"):
        PriceFile(tmp_path).put(row())
    assert (tmp_path / "prices.json").read_text() == "[1]"


def test_prices_are_searched_by_words(tmp_path: Path):
    """Own rows first, then the shipped ones, short names before those with prefixes and dates."""
    prices = PriceFile(tmp_path)
    prices.put(row("my/gpt-4o-mini"))
    found = [price.model for price in prices.table.search("MINI gpt-4o", 3)]
    assert found[0] == "my/gpt-4o-mini"
    assert len(found) == 3
    assert found[1] == "gpt-4o-mini"
    assert prices.table.search("no-such-model", 3) == []
