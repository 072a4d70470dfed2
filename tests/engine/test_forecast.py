"""What a launch asks for, before it is paid."""

from __future__ import annotations

from pathlib import Path

import pytest

from crewlab.definitions.library.prices import PriceTable
from crewlab.engine.forecast import Forecast, forecast
from crewlab.settings import Settings
from tests.engine.fakes import document, task


@pytest.fixture
def ask(settings: Settings, tmp_path: Path):
    def asked(rows: int, llm: str | None = None) -> Forecast:
        return forecast(document(task("a"), task("b")), rows, llm, settings, PriceTable.load(tmp_path))

    return asked


def test_it_counts_tasks_and_calls(ask):
    """At least one call per task and row."""
    found = ask(10)
    assert (found.executions, found.tasks, found.model_calls_at_least) == (10, 20, 20)


def test_rehearsal_is_free(ask):
    """However many calls, only the number of rows asks."""
    assert not ask(1000).needs_confirmation
    assert ask(1001).needs_confirmation


def test_a_model_that_costs_money_asks_by_calls(ask):
    """The limit is executions times tasks."""
    assert not ask(100, "openai/gpt-4o-mini").needs_confirmation
    asked = ask(101, "openai/gpt-4o-mini")
    assert asked.needs_confirmation
    assert "202" in asked.reason


def test_prices_are_told_or_unknown(ask):
    """A model without a price is there, with none."""
    assert ask(1, "openai/gpt-4o-mini").prices["openai/gpt-4o-mini"]
    assert ask(1, "openai/nobody-knows").prices == {"openai/nobody-knows": None}
