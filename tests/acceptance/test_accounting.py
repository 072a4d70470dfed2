"""What CrewLab says a crew used is what the model server counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crewlab.lab import Lab
from tests.acceptance import crews
from tests.model_server import ModelServer, status

TOKENS = ("input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens")


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("crew", [crews.many_kinds_of_calls, crews.managed])
def test_tokens_are_those_that_the_server_counted(
    crew: Callable[..., dict[str, Any]], stream: bool, server: ModelServer, data: Path, monkeypatch: pytest.MonkeyPatch
):
    """Calls, tasks, unassigned and total agree with the server to the token: guardrail and converter calls included."""
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    with Lab.open(data) as lab:
        done = lab.run(crew(crews.llm(server.url, stream=stream)), {"topic": "heat pumps"})
        calls = lab.llm_calls_df(execution_ids=[done.execution_id])
        tasks = lab.tasks_df(execution_ids=[done.execution_id])
    assert done.status == "completed", done.error
    assert len(calls) == done.usage.model_calls == len(server.requests)
    unassigned = calls[calls["task_name"].isna()]
    for name in TOKENS:
        counted = getattr(server.usage, name)
        assert getattr(done.usage, name) == counted, name
        assert int(calls[name].sum()) == counted, name
        assert int(tasks[name].sum()) + int(unassigned[name].sum()) == counted, name


def test_a_refused_request_is_a_retry_and_costs_nothing(
    server: ModelServer, data: Path, monkeypatch: pytest.MonkeyPatch
):
    """A 429 that is sent again counts as one call with one retry, on the task that made it."""
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    server.script(status(429, retry_after=0))
    with Lab.open(data) as lab:
        done = lab.run(crews.chain(crews.llm(server.url), "first", "second"), {"topic": "tea"})
        tasks = lab.tasks_df(execution_ids=[done.execution_id]).set_index("task_name")
    assert (done.status, done.usage.model_calls, done.usage.retries) == ("completed", 2, 1)
    assert list(tasks["retries"]) == [1, 0]
    assert done.usage.input_tokens == server.usage.input_tokens


def test_a_failed_call_is_counted_and_its_tokens_are_unknown(
    server: ModelServer, data: Path, monkeypatch: pytest.MonkeyPatch
):
    """A call that was refused for good shows as failed; nothing is invented for it."""
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    with Lab.open(data) as lab:
        crew = crews.chain(crews.llm(server.url), "first", "second")
        lab.run(crew, {"topic": "warm"})
        before = server.usage.input_tokens
        server.script(status(401))
        done = lab.run(crew, {"topic": "tea"})
        calls = lab.llm_calls_df(execution_ids=[done.execution_id])
    assert (done.status, done.usage.failed_calls, done.usage.input_tokens) == ("failed", 1, None)
    assert list(calls["status"]) == ["failed"]
    assert server.usage.input_tokens == before
    assert done.error is not None
    assert done.error.hint


def test_cost_is_tokens_times_the_price_kept_with_each_call(
    server: ModelServer, data: Path, monkeypatch: pytest.MonkeyPatch
):
    """The cost of a priced model is computed from the price row that is stored beside the call."""
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    model = {**crews.llm(server.url), "model": "openai/gpt-4o-mini"}
    with Lab.open(data) as lab:
        done = lab.run(crews.chain(model, "first"), {"topic": "tea"})
        price = lab.price("openai/gpt-4o-mini")
    assert price is not None
    usage = done.usage
    fresh = (usage.input_tokens or 0) - (usage.cached_tokens or 0)
    cached_price = price.cached_usd_per_million
    assert cached_price is not None
    expected = (
        fresh * price.input_usd_per_million
        + (usage.cached_tokens or 0) * cached_price
        + (usage.output_tokens or 0) * price.output_usd_per_million
    ) / 1_000_000
    assert usage.cost_usd == pytest.approx(expected)


def test_rehearsal_has_no_cost(data: Path):
    """Nothing was paid, which is different from a price of zero."""
    with Lab.open(data) as lab:
        done = lab.run(crews.chain({"model": "rehearsal/plain"}, "first"), {"topic": "tea"})
    assert done.is_rehearsal
    assert done.usage.cost_usd is None
    assert done.usage.unpriced_calls == 0
