"""Numbers and times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crewlab.ui.components import formats

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "–"), (0.4, "0.40 s"), (12.34, "12.3 s"), (245, "4 min 05 s"), (7380, "2 h 03 min")],
)
def test_durations(seconds, text):
    """Digits fit the size; unknown is a dash."""
    assert formats.duration(seconds) == text


@pytest.mark.parametrize(
    ("usd", "text"), [(None, "–"), (0, "$0.00"), (0.000153, "$0.000153"), (0.25, "$0.2500"), (1234.5, "$1,234.50")]
)
def test_money(usd, text):
    """Small sums keep their digits; unknown is never $0."""
    assert formats.money(usd) == text


def test_money_says_what_it_leaves_out():
    """Calls without a known price are named beside the sum, or instead of it."""
    assert formats.cost(0.5, 2) == "$0.5000 + 2 calls unpriced"
    assert formats.cost(None, 1) == "1 call unpriced"


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=3), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(days=30), "30 Jan 2026"),
    ],
)
def test_ages(age, text):
    """Roughly, then the date."""
    assert formats.ago(NOW - age, NOW) == text


def test_plurals():
    """One, many, and nouns that take an e."""
    assert [formats.plural(1, "task"), formats.plural(2000, "task"), formats.plural(2, "batch")] == [
        "1 task",
        "2,000 tasks",
        "2 batches",
    ]


def test_tokens_that_are_unknown_are_not_zero():
    """What the provider did not report is unknown."""
    assert formats.tokens(None, None) == "unknown"
    assert formats.tokens(1200, None) == "1,200 in · – out"
