"""crewAI makes no event of what nobody reads."""

from __future__ import annotations

from typing import Any

import pytest
from crewai.events.base_events import BaseEvent
from crewai.events.event_bus import crewai_event_bus
from crewai.events.types import llm_events
from crewai.llms.base_llm import BaseLLM

from crewlab.bridge import load
from tests.bridge.attempts import Attempt, in_context, one_task, opened, run

STREAM = {"model": "rehearsal/plain", "stream": True}
KINDS = ("LLMStreamChunkEvent", "LLMCallStartedEvent")


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> type[BaseEvent]:
    found: type[BaseEvent] = getattr(llm_events, request.param)
    return found


@pytest.fixture
def made(kind: type[BaseEvent], monkeypatch: pytest.MonkeyPatch) -> list[BaseEvent]:
    """The events of a kind that models make."""
    load()
    found: list[BaseEvent] = []

    def make(**fields: Any) -> BaseEvent:
        found.append(kind(**fields))
        return found[-1]

    monkeypatch.setattr(f"crewai.llms.base_llm.{kind.__name__}", make)
    return found


def test_chunks_and_beginnings_of_calls_of_an_attempt_become_no_events(made: list[BaseEvent]):
    """The answer is whole all the same."""
    ended = run(one_task(STREAM))
    assert ended.error is None
    assert ended.final.output
    assert made == []


def test_who_listens_for_them_hears_them(kind: type[BaseEvent], made: list[BaseEvent]):
    """A handler of somebody else in the process is served as before."""
    heard: list[BaseEvent] = []
    with crewai_event_bus.scoped_handlers():

        @crewai_event_bus.on(kind)
        def hear(source: Any, event: Any) -> None:
            heard.append(event)

        run(one_task(STREAM))
        crewai_event_bus.flush()
    assert made
    assert len(heard) == len(made)


def test_crewai_keeps_no_event_of_an_attempt():
    """It would keep each with all messages of its call, as long as the task runs."""
    load()
    kept: list[Any] = []

    async def ask(_: Attempt) -> None:
        async with opened(one_task(), record=lambda _: kept.append(crewai_event_bus.runtime_state)) as crew:
            await crew.run_task(0, {})

    assert in_context(ask).error is None
    assert kept
    assert all(state is None for state in kept)


def test_crewai_is_left_as_it_was_found():
    """After unloading, nothing of it is replaced."""
    loaded = load()
    loaded.unload()
    try:
        assert not hasattr(BaseLLM._emit_stream_chunk_event, "__wrapped__")
        assert not hasattr(BaseLLM._emit_call_started_event, "__wrapped__")
    finally:
        load()
