"""The rehearsal model inside crewAI: events like a provider's, exact latency and failures, next to no CPU."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import openai
import pytest
from pydantic import BaseModel

from crewlab.bridge.llms.request_number import REQUEST_NUMBER
from crewlab.bridge.rehearsal.llm import RehearsalLLM
from tests.bridge.quiet import run_quietly
from tests.yardstick import slowness

MESSAGES = [{"role": "user", "content": "\nCurrent Task: Describe the harbour of 'Kiel'."}]


def model(**fields: Any) -> RehearsalLLM:
    return RehearsalLLM(**{"model": "rehearsal/plain", "provider": "rehearsal", "seed": 7, **fields})


def kinds(events: list[Any]) -> list[str]:
    return [event.type for event in events if event.type.startswith("llm_")]


def test_a_call_is_reported_with_its_messages_answer_and_usage() -> None:
    """Started and completed share a call id; the usage is an estimate of both texts."""
    answer, events = run_quietly(lambda: model().acall(MESSAGES))
    started, completed = events
    assert kinds(events) == ["llm_call_started", "llm_call_completed"]
    assert started.call_id == completed.call_id
    assert (completed.response, completed.finish_reason) == (answer, "stop")
    assert completed.usage["completion_tokens"] == (len(answer) + 3) // 4
    assert completed.model == "rehearsal/plain"


def test_the_blocking_call_answers_the_same() -> None:
    """`call` and `acall` are one model."""

    async def both() -> tuple[str, str]:
        return await model().acall(MESSAGES), await asyncio.to_thread(model().call, MESSAGES)

    (one, other), _ = run_quietly(both)
    assert one == other


def test_a_stream_adds_up_to_the_answer() -> None:
    """Chunks come between start and end, and together they are the answer."""
    answer, events = run_quietly(lambda: model(stream=True).acall(MESSAGES))
    chunks = [event.chunk for event in events if event.type == "llm_stream_chunk"]
    assert len(chunks) > 1
    assert "".join(chunks) == answer
    assert kinds(events)[0] == "llm_call_started"
    assert kinds(events)[-1] == "llm_call_completed"


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_takes_its_latency(stream: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """`latency_seconds` is what a call waits in all, streamed or not."""
    pauses, sleep, here = list[float](), asyncio.sleep, threading.get_ident()

    async def note(seconds: float) -> None:
        is_ours = threading.get_ident() == here  # servers of other tests have loops of their own
        pauses.extend([seconds] * is_ours)
        await sleep(0 if is_ours else seconds)

    monkeypatch.setattr(asyncio, "sleep", note)
    run_quietly(lambda: model(latency_seconds=0.2, stream=stream).acall(MESSAGES))
    assert sum(pauses) == pytest.approx(0.2)


def test_a_response_model_is_filled() -> None:
    """crewAI gets an instance of the class that it asked for."""

    class City(BaseModel):
        name: str
        inhabitants: int

    city, events = run_quietly(lambda: model().acall(MESSAGES, response_model=City))
    assert isinstance(city, City)
    assert "Kiel" in city.name
    assert City.model_validate_json(events[-1].response) == city


def test_tools_are_called_in_the_shape_of_the_protocol() -> None:
    """A list of calls with JSON arguments, reported as a tool call."""
    tools = [{"type": "function", "function": {"name": "list_files", "parameters": {"properties": {"directory": {}}}}}]
    calls, events = run_quietly(lambda: model().acall(MESSAGES, tools=tools))
    assert calls[0]["function"] == {"name": "list_files", "arguments": '{"directory": "."}'}
    assert events[-1].call_type.value == "tool_call"


def failures(rate: float, *, seed: int = 7, number: int = 1) -> list[bool]:
    """Whether each of 200 calls fails."""

    async def one(topic: int) -> bool:
        try:
            await model(error_rate=rate, seed=seed).acall([{"role": "user", "content": f"Topic {topic}"}])
        except openai.InternalServerError:
            return True
        return False

    async def all_of_them() -> list[bool]:
        REQUEST_NUMBER.set(number)
        return [await one(topic) for topic in range(200)]

    return run_quietly(all_of_them)[0]


def test_the_error_rate_is_the_share_of_requests_that_fail() -> None:
    """None at 0, all at 1, about a quarter at 0.25."""
    assert sum(failures(0)) == 0
    assert sum(failures(1)) == 200
    assert 30 <= sum(failures(0.25)) <= 70


def test_the_same_requests_fail_again_and_retries_draw_anew() -> None:
    """Content, seed and number of the request decide, and nothing else."""
    assert failures(0.25) == failures(0.25)
    assert failures(0.25, number=2) != failures(0.25)
    assert failures(0.25, seed=8) != failures(0.25)


def test_a_failed_call_is_reported_as_failed() -> None:
    """The log says why, in the model's own words."""

    async def failing() -> None:
        with pytest.raises(openai.InternalServerError, match="error_rate is 1") as failure:
            await model(error_rate=1).acall(MESSAGES)
        assert failure.value.status_code == 503

    _, events = run_quietly(failing)
    assert kinds(events) == ["llm_call_started", "llm_call_failed"]


def test_a_cancelled_call_stops_at_once() -> None:
    """Cancelling does not wait for the latency."""

    async def cancelled() -> float:
        started = time.monotonic()
        call = asyncio.create_task(model(latency_seconds=30).acall(MESSAGES))
        await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        return time.monotonic() - started

    assert run_quietly(cancelled)[0] < 5


def test_a_call_without_latency_costs_next_to_nothing() -> None:
    """Less than 0.3 ms of CPU, events included: the model must not be what a benchmark measures."""

    async def many() -> float:
        llm = model()
        await llm.acall(MESSAGES)
        best = min([await _cpu_of_100(llm) for _ in range(5)])
        return best / 100

    assert run_quietly(many)[0] < 0.0003 * 3 * slowness()  # three times the goal: other tests share the machine


async def _cpu_of_100(llm: RehearsalLLM) -> float:
    started = time.process_time()
    for _ in range(100):
        await llm.acall(MESSAGES)
    return time.process_time() - started
