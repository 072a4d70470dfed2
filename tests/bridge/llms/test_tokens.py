"""Tokens of one call: what a provider says adds up, what it does not say stays unknown."""

from __future__ import annotations

from datetime import date

import pytest

from crewlab.bridge.llms.tokens import Tokens
from crewlab.definitions.library.prices import Price, PriceTable

TODAY = date(2026, 11, 21)
TABLE = PriceTable((Price(model="openai/m", input_usd_per_million=1, output_usd_per_million=2),))


@pytest.mark.parametrize("usage", [None, {}, {"total_tokens": 0}])
def test_nothing_said_is_unknown(usage):
    """Not zero: None, and no cost."""
    tokens = Tokens()
    tokens.add(usage)
    assert set(tokens.counts().values()) == {None}
    assert tokens.cost("openai/m", TABLE, TODAY) == {}


def test_two_requests_of_one_call_add_up():
    """Each was paid."""
    tokens = Tokens()
    tokens.add({"prompt_tokens": 10, "completion_tokens": 4, "cached_prompt_tokens": 3})
    tokens.add({"prompt_tokens": 5, "completion_tokens": 1, "reasoning_tokens": 1})
    counts = {"input_tokens": 15, "output_tokens": 5, "cached_tokens": 3, "reasoning_tokens": 1}
    assert tokens.counts() == counts


def test_zero_is_a_count():
    """A provider that says 0 has said something."""
    tokens = Tokens()
    tokens.add({"prompt_tokens": 0, "completion_tokens": 0})
    assert tokens.cost("openai/m", TABLE, TODAY)["cost_usd"] == 0


def test_a_rehearsal_is_never_priced():
    """Whatever the table says."""
    tokens = Tokens(100, 100)
    table = PriceTable((Price(model="rehearsal/plain", input_usd_per_million=1, output_usd_per_million=2),))
    assert tokens.cost("rehearsal/plain", table, TODAY) == {}


@pytest.mark.parametrize(
    "usage",
    [
        {"prompt_tokens": 100, "completion_tokens": 20, "cached_prompt_tokens": 40},
        {"input_tokens": 100, "output_tokens": 20, "total_tokens": 120, "cached_prompt_tokens": 40},
        {"prompt_token_count": 100, "candidates_token_count": 20, "completion_tokens": 20, "cached_prompt_tokens": 40},
        {"inputTokens": 50, "outputTokens": 20, "cacheReadInputTokens": 40, "cacheWriteInputTokens": 10},
    ],
    ids=["openai", "anthropic", "google", "amazon"],
)
def test_every_provider_s_names_are_read(usage):
    """What was read from a cache is part of the input, whatever the provider thinks."""
    tokens = Tokens()
    tokens.add(usage)
    assert (tokens.input, tokens.output, tokens.cached) == (100, 20, 40)
