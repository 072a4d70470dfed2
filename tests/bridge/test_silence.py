"""crewAI makes no event of what nobody reads."""

from __future__ import annotations

from typing import Any

import pytest
from crewai.events.event_bus import crewai_event_bus
from crewai.events.types import llm_events
from crewai.llms.base_llm import BaseLLM

from crewlab.bridge import load
from tests.bridge.attempts import Attempt, in_context, one_task, opened, run

STREAM = {"model": "rehearsal/plain", "stream": True}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The chunks that became an event."""
    load()
    found: list[Any] = []
    kind = llm_events.LLMStreamChunkEvent

    def make(**fields: Any) -> Any:
        found.append(fields["chunk"])
        return kind(**fields)

    monkeypatch.setattr("crewai.llms.base_llm.LLMStreamChunkEvent", make)
    return found


def test_chunks_of_an_attempt_become_no_events(made: list[Any]):
    """The answer is whole all the same."""
    ended = run(one_task(STREAM))
    assert ended.error is None
    assert ended.final.output
    assert made == []


def test_who_listens_for_chunks_hears_them(made: list[Any]):
    """A handler of somebody else in the process is served as before."""
    heard: list[str] = []
    with crewai_event_bus.scoped_handlers():

        @crewai_event_bus.on(llm_events.LLMStreamChunkEvent)
        def hear(source: Any, event: Any) -> None:
            heard.append(event.chunk)

        run(one_task(STREAM))
    assert len(made) > 1


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
    finally:
        load()
