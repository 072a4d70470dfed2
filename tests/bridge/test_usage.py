"""Tokens and money of an attempt equal what the server itself counted."""

from __future__ import annotations

import json

import pytest

from crewlab.definitions.library.prices import Price, PriceTable
from crewlab.executions.events import ModelCallCancelled, ModelCallCompleted, ModelCallEnded, ModelCallFailed
from tests.bridge.attempts import Attempt, in_context, one_task, opened, run
from tests.model_server import ModelServer, Usage, say, status

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
DELEGATING = {
    "name": "h",
    "process": "hierarchical",
    "agents": {
        "analyst": {"role": "Log Analyst", "goal": "Find causes", "backstory": "b"},
        "writer": {"role": "Writer", "goal": "Write notes", "backstory": "b"},
    },
    "tasks": [
        {"name": "find", "description": "Find what broke", "expected_output": "A cause"},
        {"name": "tell", "description": "Tell the users", "expected_output": "A note", "agent": "writer"},
    ],
}


def counted(attempt: Attempt) -> Usage:
    calls = attempt.of(ModelCallEnded)
    return Usage(
        sum(call.input_tokens or 0 for call in calls),
        sum(call.output_tokens or 0 for call in calls),
        sum(call.cached_tokens or 0 for call in calls),
        sum(call.reasoning_tokens or 0 for call in calls),
    )


@pytest.mark.parametrize("stream", [False, True])
def test_tokens_of_a_managed_crew_equal_the_servers(stream):
    """Manager, delegated work and answers, streamed or not: every token the server reported, once."""
    with ModelServer() as server:
        llm = {"model": "openai/any", "base_url": server.url, "stream": stream}
        attempt = run({**DELEGATING, "llm": llm, "manager_llm": llm})
        assert attempt.error is None
        assert len(attempt.of(ModelCallCompleted)) == len(server.requests) >= 6
        assert counted(attempt) == server.usage
        assert {call.purpose for call in attempt.of(ModelCallEnded)} == {"manager", "agent"}
        assert {call.task_name for call in attempt.of(ModelCallEnded)} == {"find", "tell"}


@pytest.mark.parametrize("stream", [False, True])
def test_tokens_of_retries_converter_and_guardrail_calls_are_counted(stream):
    """An answer that misses the schema was paid; so were its conversion and the guardrail's verdict."""
    with ModelServer() as server:
        llm = {"model": "openai/any", "base_url": server.url, "stream": stream}
        server.script(status(500), say("not json"), say('{"n": 1}'), say('{"passed": false, "feedback": "more"}'))

        async def work(attempt: Attempt) -> None:
            document = one_task(llm, output_json=SCHEMA, guardrail="n is large")
            async with opened(document, record=attempt.events.append) as crew:
                outcome = await crew.run_task(0, {})
                verdict = await crew.check_guardrail(0, 0, outcome)
                assert (verdict.passed, verdict.feedback) == (False, "more")

        attempt = in_context(work)
        assert attempt.error is None
        assert counted(attempt) == server.usage
        assert [call.purpose for call in attempt.of(ModelCallCompleted)] == ["agent", "converter", "guardrail"]
        assert [call.task_name for call in attempt.of(ModelCallEnded)] == ["write"] * 3


def test_a_failed_call_has_unknown_tokens():
    """Unknown is None, never 0, and has no cost."""
    with ModelServer() as server:
        server.script(status(401))
        failed = run(one_task({"model": "openai/gpt-4o-mini", "base_url": server.url})).of(ModelCallFailed)[0]
    assert (failed.input_tokens, failed.output_tokens, failed.cost_usd) == (None, None, None)


def test_a_call_is_priced_from_the_table_with_the_price_kept():
    """Cost is computed from the price of the day, and the row used is stored with the call."""
    price = Price(
        model="openai/any", input_usd_per_million=2.0, output_usd_per_million=10.0, cached_usd_per_million=1.0
    )
    with ModelServer() as server:
        llm = {"model": "openai/any", "base_url": server.url}
        call = run(one_task(llm), prices=PriceTable((price,))).of(ModelCallCompleted)[0]
    assert call.input_tokens is not None
    assert call.output_tokens is not None
    cached = call.cached_tokens or 0
    dollars = ((call.input_tokens - cached) * 2.0 + cached * 1.0 + call.output_tokens * 10.0) / 1_000_000
    assert call.cost_usd == pytest.approx(dollars)
    assert call.price is not None
    assert call.price["model"] == "openai/any"


def test_a_model_without_a_price_costs_nothing_known():
    """Unpriced is None, never 0."""
    with ModelServer() as server:
        call = run(one_task({"model": "openai/nobody-sells-this", "base_url": server.url})).of(ModelCallCompleted)[0]
    assert call.cost_usd is None
    assert call.input_tokens


def test_a_rehearsal_says_so_and_is_never_priced():
    """Answers that are made up carry the mark and no money."""
    call = run(one_task("rehearsal/plain")).of(ModelCallCompleted)[0]
    assert call.is_rehearsal
    assert call.cost_usd is None


def test_a_call_keeps_what_was_sent_and_came_back_without_secrets():
    """Messages, tools, parameters and response are there; key, headers and password are not."""
    with ModelServer() as server:
        llm = {
            "model": "openai/any",
            "base_url": server.url.replace("http://", "http://me:hunter2@"),
            "api_key": "sk-secret-9876",
            "temperature": 0.25,
            "default_headers": {"X-Team": "secret-team"},
        }
        attempt = run(one_task(llm))
    call = attempt.of(ModelCallCompleted)[0]
    assert call.messages[0]["role"] == "system"
    assert "bees" in call.messages[-1]["content"]
    assert call.response == attempt.outcomes[0].output
    assert call.parameters == {"base_url": server.url, "temperature": 0.25}
    whole = json.dumps([event.model_dump(mode="json") for event in attempt.events])
    assert not any(secret in whole for secret in ("sk-secret-9876", "hunter2", "secret-team"))


def test_a_cancelled_call_is_recorded_and_dropped_at_the_server():
    """Cancelling while the model thinks ends the call at once, at both ends."""
    import asyncio

    with ModelServer(latency_seconds=30) as server:

        async def work(attempt: Attempt) -> None:
            async with opened(
                one_task({"model": "openai/any", "base_url": server.url}), record=attempt.events.append
            ) as crew:
                task = asyncio.ensure_future(crew.run_task(0, {}))
                await asyncio.to_thread(server.wait_for_requests, 1)
                task.cancel()
                await asyncio.wait([task])
                assert task.cancelled()

        attempt = in_context(work)
        assert attempt.error is None
        assert [event.kind for event in attempt.events] == ["model_call_started", "model_call_cancelled"]
        assert attempt.of(ModelCallCancelled)[0].input_tokens is None
