"""Prices, keys, secrets and drafts, through the app."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from crewlab.definitions.library.prices import Price
from crewlab.errors import DefinitionNotFoundError, PriceError, SecretError
from tests.remote.test_remote_lab import QUICK, crew

VALUE = "sk-planted-0123456789"
PRICE = Price(model="openai/own", input_usd_per_million=1, output_usd_per_million=2, effective_from=date(2026, 1, 1))


def test_a_secret_goes_in_and_never_comes_out(lab, remote):
    """Names are listed; there is no way to ask for a value, and errors do not say it."""
    remote.secrets.set("OWN_API_KEY", VALUE)
    assert remote.secrets.names() == ("OWN_API_KEY",)
    assert lab.secrets.get("OWN_API_KEY") == VALUE
    assert remote.secrets.rotate() == 1
    assert not hasattr(remote.secrets, "get")
    with pytest.raises(SecretError) as caught:
        remote.secrets.set("CREWLAB_X", VALUE)
    assert VALUE not in str(caught.value)
    remote.secrets.delete("OWN_API_KEY")
    assert lab.secrets.names() == ()
    with pytest.raises(SecretError, match="no secret"):
        remote.secrets.delete("OWN_API_KEY")


def test_a_key_is_remembered_by_the_app(lab, remote):
    """Until it stops, or until an empty value forgets it."""
    remote.remember_key("OWN_API_KEY", VALUE)
    assert remote.key_names()["OWN_API_KEY"] == "memory"
    assert lab.keys.get("OWN_API_KEY") == VALUE
    remote.remember_key("OWN_API_KEY", "")
    assert "OWN_API_KEY" not in remote.key_names()


def test_prices_are_read_added_changed_and_removed(lab, remote):
    """Own rows are the app's, the shipped ones below them are found too."""
    remote.prices.put(PRICE)
    assert remote.price("openai/own") == lab.price("openai/own") == PRICE
    assert remote.prices.table.rows == lab.prices.table.rows
    cheaper = PRICE.model_copy(update={"input_usd_per_million": 0.5})
    remote.prices.put(cheaper, instead_of=PRICE)
    with pytest.raises(PriceError, match="changed or removed"):
        remote.prices.delete(PRICE)
    remote.prices.delete(cheaper)
    assert remote.price("openai/own") is None
    assert remote.price("openai/gpt-4o-mini") == lab.price("openai/gpt-4o-mini")


def test_drafts_are_kept_and_forgotten(lab, remote):
    """Unsaved edits of the pages can be read and written from outside."""
    assert remote.definitions.draft("new/one") is None
    remote.definitions.save_draft("new/one", crew(QUICK))
    assert remote.definitions.drafts() == lab.definitions.drafts() == [remote.definitions.draft("new/one")]
    remote.definitions.discard_draft("new/one")
    assert lab.definitions.drafts() == []


def test_definitions_are_deleted(lab, remote):
    """By name; its executions keep what they ran."""
    lab.definitions.save(crew(QUICK))
    remote.definitions.delete("echo")
    with pytest.raises(DefinitionNotFoundError):
        lab.definitions.get("echo")
    assert remote.tool_names() == lab.tool_names()


def test_a_batch_runs_as_wide_as_it_is_told(lab, remote):
    """A concurrency is kept in the app, too."""
    done = remote.run_each(crew(QUICK), [{"topic": str(number)} for number in range(3)], concurrency=1)
    assert [one.status for one in done] == ["completed"] * 3
    spans = sorted((one.started_at, one.ended_at) for one in done)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
