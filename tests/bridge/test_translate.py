"""What crewAI says: usage is kept, news is kept whole but for secrets, noise is not stored."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.bridge import load
from crewlab.executions.events import BaseEvent, Unrecognised
from tests.bridge.attempts import one_task, run

load()

from crewai import LLM, Agent, Task  # noqa: E402 - after load(), which settles its environment
from crewai.events.event_bus import crewai_event_bus  # noqa: E402 - after load(), which settles its environment
from crewai.events.types.agent_events import AgentExecutionStartedEvent  # noqa: E402 - as above
from crewai.events.types.memory_events import MemoryQueryStartedEvent  # noqa: E402 - as above

from crewlab.bridge.journal import Journal  # noqa: E402 - as above
from crewlab.bridge.translate import sink_for  # noqa: E402 - as above


@pytest.fixture
def events() -> list[BaseEvent]:
    return []


@pytest.fixture
def sink(events: list[BaseEvent]) -> Any:
    return sink_for(Journal(events.append, "execution-1", 1))


def test_an_unknown_event_is_kept_as_it_came(sink, events):
    """Its own type and fields, under Unrecognised."""
    sink(None, MemoryQueryStartedEvent(query="bees", limit=3))
    assert isinstance(events[0], Unrecognised)
    assert events[0].source_type == "memory_query_started"
    assert events[0].payload["query"] == "bees"


def test_live_objects_are_left_out(sink, events):
    """Agents and tasks hold models, which hold keys: none of it is serialised."""
    llm = {"model": "openai/any", "base_url": "http://localhost:9", "api_key": "sk-secret-in-agent"}

    class Renamed(AgentExecutionStartedEvent):
        type: str = "something_new"

    agent = Agent(role="r", goal="g", backstory="b", llm=LLM(**llm))
    task = Task(description="d", expected_output="e", agent=agent)
    sink(None, Renamed(agent=agent, task=task, tools=[], task_prompt="p"))
    assert "sk-secret" not in events[0].model_dump_json()
    assert events[0].payload["task_prompt"] == "p"


def test_noise_is_not_stored(sink, events):
    """What calls and tasks tell anyway makes no event of its own."""
    sink(None, AgentExecutionStartedEvent.model_construct(type="agent_execution_started"))
    assert events == []


def test_one_task_records_one_call():
    """A one-task execution makes two events here: the call started, the call completed."""
    assert run(one_task()).kinds == ["model_call_started", "model_call_completed"]


def test_a_tools_own_event_reaches_the_attempt_that_runs_it():
    """The sink is in the context, not on the bus: events of others do not mix in."""
    crewai_event_bus.emit(None, MemoryQueryStartedEvent(query="somebody else's", limit=1))
    assert run(one_task()).of(Unrecognised) == []
