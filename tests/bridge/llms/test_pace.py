"""Limits of requests per minute, as agents and crews of a document have them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from crewlab.bridge import load
from crewlab.bridge.llms.rates import OnWait, RateLimit
from crewlab.executions.events import ModelCallCompleted, ModelCallDelayed
from tests.bridge.attempts import in_context, one_task, opened, request_for, run
from tests.model_server import ModelServer, say, status


class Counting:
    """A limiter that lets everybody in, says that they waited, and counts what was asked under which limit."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.tokens: list[int] = []

    async def admit(self, limits: Sequence[RateLimit], tokens: int, on_wait: OnWait) -> Counting:
        for limit in limits:
            self.asked.append(limit.key)
            on_wait(limit, 12.3)
        return self

    def admit_blocking(
        self, limits: Sequence[RateLimit], tokens: int, on_wait: OnWait, is_over: Callable[[], bool]
    ) -> Counting:
        raise AssertionError("nothing blocks here")

    def used(self, tokens: int) -> None:
        self.tokens.append(tokens)


def crew(**fields: object) -> dict[str, object]:
    """A crew of two tasks at once by one agent, with a limit on both."""
    document = one_task()
    document["agents"]["writer"]["max_rpm"] = 3
    first = document["tasks"][0]
    document["tasks"] = [first | {"context": []}, first | {"name": "again", "context": []}]
    return document | {"process": "parallel", "max_rpm": 5, **fields}


def test_tasks_at_once_share_the_limit_of_their_agent_and_of_the_crew():
    """However often an agent is cloned, its limit is one; a crew's is one for all."""
    limiter = Counting()

    async def both(attempt) -> None:
        async with opened(crew(), rate_limiter=limiter, record=attempt.events.append) as built:
            await asyncio.gather(built.run_task(0, {}), built.run_task(1, {}))

    ended = in_context(both)
    assert ended.error is None
    assert sorted(limiter.asked) == ["execution-1 agent writer"] * 2 + ["execution-1 crew"] * 2


def test_an_agent_within_each_has_one_limit_for_all_items():
    """It is built anew for every item of the list."""
    limiter = Counting()

    async def two_items(attempt) -> None:
        request = request_for({}, rate_limiter=limiter, record=attempt.events.append)
        agent = {"role": "Scout", "goal": "Find", "backstory": "Curious.", "llm": "rehearsal/plain", "max_rpm": 2}
        for step in ("all[0].ask", "all[1].ask"):
            built = load().build_agent(request, step, agent, "Why?")
            await built.open()
            await built.run_task(0, {})
            await built.close(None)

    assert in_context(two_items).error is None
    assert set(limiter.asked) == {"execution-1 agent all.ask"}


def test_a_call_that_waits_says_for_what_and_how_long():
    """The log names the limit; the duration of the call does not contain the wait."""
    ended = run(crew(), rate_limiter=Counting())
    delays = ended.of(ModelCallDelayed)
    assert [(delay.limited, delay.requests_per_minute) for delay in delays[:2]] == [
        ("the agent 'writer'", 3),
        ("the crew", 5),
    ]
    assert "in about 12 s" in delays[0].message
    assert delays[0].call_id == ended.of(ModelCallCompleted)[0].call_id
    assert ended.kinds.index("model_call_delayed") < ended.kinds.index("model_call_started")


def test_every_request_counts_and_the_tokens_it_used():
    """A request that is sent again is one more; an answer replaces the estimate of its tokens."""
    limiter = Counting()
    with ModelServer() as server:
        server.script(status(429), say("done"))
        document = one_task({"model": "openai/any", "base_url": server.url}) | {"max_rpm": 5}
        ended = run(document, rate_limiter=limiter)
        assert ended.error is None
        assert len(server.requests) == len(limiter.asked) == 2
        assert limiter.tokens == [server.usage.input_tokens + server.usage.output_tokens]


@pytest.mark.parametrize("where", ["agent", "crew"])
def test_without_a_limit_nobody_is_asked(where):
    """No limit costs nothing."""
    limiter = Counting()
    document = crew()
    if where == "agent":
        del document["max_rpm"]
    else:
        del document["agents"]["writer"]["max_rpm"]
    run(document, rate_limiter=limiter)
    assert {key.split()[1] for key in limiter.asked} == {"agent" if where == "agent" else "crew"}
