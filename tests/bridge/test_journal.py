"""Every call that starts ends once, however it ends."""

from __future__ import annotations

import pytest

from crewlab.bridge.journal import Journal
from crewlab.bridge.llms.call import ModelCall
from crewlab.bridge.tools.call import ToolCall
from crewlab.definitions.library.prices import PriceTable
from crewlab.errors import ModelCallError
from crewlab.executions.events import BaseEvent


@pytest.fixture
def events() -> list[BaseEvent]:
    return []


@pytest.fixture
def journal(events: list[BaseEvent]) -> Journal:
    return Journal(events.append, "execution-1", 2)


def model_call(journal: Journal) -> ModelCall:
    return ModelCall(journal, PriceTable(), "rehearsal/plain", "agent", "writer", [{"role": "user", "content": "hi"}])


def test_a_call_that_is_left_open_is_cancelled_at_the_end(journal, events):
    """Closing the attempt ends what a thread or coroutine could not end any more."""
    journal.start(model_call(journal))
    journal.start(ToolCall(journal, "read", {"x": 1}, "writer"))
    journal.close()
    assert [event.kind for event in events[2:]] == ["model_call_cancelled", "tool_call_cancelled"]


def test_a_call_ends_once(journal, events):
    """A tool that answers after it was given up changes nothing."""
    call = ToolCall(journal, "read", {}, "writer")
    journal.start(call)
    call.failed(TimeoutError(), "too long")
    call.completed("late")
    journal.close()
    assert [event.kind for event in events] == ["tool_call_started", "tool_call_failed"]


def test_nothing_starts_after_the_end(journal, events):
    """A closed attempt takes nothing more."""
    journal.close()
    call = ToolCall(journal, "read", {}, "writer")
    journal.start(call)
    call.completed("late")
    assert events == []


def test_events_carry_the_attempt(journal, events):
    """Execution and attempt are on each of them, the sequence is the writer's."""
    with model_call(journal).recorded():
        pass
    assert {(event.execution_id, event.attempt, event.sequence) for event in events} == {("execution-1", 2, 0)}


def test_a_model_call_ends_as_it_is_left(journal, events):
    """Return, error of ours and anything else: completed, failed, cancelled."""
    with model_call(journal).recorded():
        pass
    with pytest.raises(ModelCallError), model_call(journal).recorded():
        raise ModelCallError("no")
    with pytest.raises(KeyboardInterrupt), model_call(journal).recorded():
        raise KeyboardInterrupt
    ends = ["model_call_completed", "model_call_failed", "model_call_cancelled"]
    assert [event.kind for event in events[1::2]] == ends
