"""Whatever the installed crewAI may say of an execution is kept, harms nothing, and gives no secret away."""

from __future__ import annotations

import contextvars
import importlib
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crewlab.bridge import load

load()

import crewai.events.types  # noqa: E402 - after load(), which settles its environment
from crewai import LLM, Agent, Task  # noqa: E402 - as above
from crewai.events.base_events import BaseEvent as CrewEvent  # noqa: E402 - as above
from crewai.events.event_bus import crewai_event_bus  # noqa: E402 - as above
from crewai.tools.base_tool import BaseTool  # noqa: E402 - as above

from crewlab.bridge.journal import Journal  # noqa: E402 - as above
from crewlab.bridge.silence import enter_context  # noqa: E402 - as above
from crewlab.bridge.translate import _TOLD_ELSEWHERE, sink_for  # noqa: E402 - as above
from crewlab.executions.events import EVENT, BaseEvent, SkillUsed, Unrecognised  # noqa: E402 - as above

SECRET = "sk-planted-0123456789"


def classes(kind: type[CrewEvent] = CrewEvent) -> Iterator[type[CrewEvent]]:
    for one in kind.__subclasses__():
        if one.__module__.startswith("crewai."):
            yield one
            yield from classes(one)


for module in pkgutil.iter_modules(crewai.events.types.__path__, "crewai.events.types."):
    importlib.import_module(module.name)
ALL = sorted(set(classes()), key=lambda one: one.__name__)


class Search(BaseTool):
    """A tool with a key."""

    name: str = "search"
    description: str = "Searches"
    api_key: str = SECRET

    def _run(self) -> str:
        return ""


class Grumpy:
    """Cannot even be shown."""

    def __repr__(self) -> str:
        raise RuntimeError(SECRET)


@pytest.fixture(scope="module")
def live() -> dict[str, Any]:
    """Objects that hold a key, as they occur in crewAI's events."""
    llm = LLM(model="openai/any", base_url="http://localhost:9", api_key=SECRET)
    agent = Agent(role="r", goal="g", backstory="b", llm=llm, tools=[Search()])
    task = Task(description="d", expected_output="e", agent=agent)
    hidden = {"api_key": SECRET, "headers": {"Authorization": SECRET}, "total_tokens": 3, 4: Grumpy()}
    return {"llm": llm, "agent": agent, "task": task, "tools": [Search()], "hidden": hidden}


def filled(kind: type[CrewEvent], live: dict[str, Any]) -> CrewEvent:
    """An event with something in every field: plain data where it says so, what holds a key wherever it may."""
    simple = {"str": "text", "int": 3, "float": 0.5, "bool": True, "Exception": ValueError("it failed")}
    others = {"datetime": datetime(2026, 1, 1, tzinfo=UTC), "Path": Path("a")}
    values: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        text = getattr(field.annotation, "__name__", "").removesuffix(" | None") or str(field.annotation)
        text = "str" if text == "str | None" else text
        objects = [live["llm"], live["agent"], live["task"], live["tools"], live["hidden"], Grumpy(), {Grumpy}]
        values[name] = {**simple, **others}.get(text, live.get(name, objects))
    told = kind.model_fields["type"].default
    return kind.model_construct(**{**values, "type": told if isinstance(told, str) else kind.__name__})


def test_the_installed_crewai_has_many_events():
    """Should this number change, look at what is new: it may deserve an event of its own."""
    assert len(ALL) == 167


@pytest.mark.parametrize("kind", ALL, ids=lambda one: one.__name__)
def test_every_event_is_recorded_as_something(kind, live):
    """Emitted within an attempt, as crewAI emits it: kept, or known to be told by an event of ours."""
    found: list[BaseEvent] = []
    event = filled(kind, live)

    def emit() -> None:
        enter_context("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", sink_for(Journal(found.append, "execution-1", 1)))
        crewai_event_bus.emit(object(), event)

    contextvars.Context().run(emit)
    if event.type in _TOLD_ELSEWHERE:
        assert found == []
        return
    (kept,) = found
    assert isinstance(kept, Unrecognised | SkillUsed)
    assert event.type in (getattr(kept, "source_type", None), kept.kind)
    text = kept.model_dump_json()
    assert SECRET not in text
    assert EVENT.validate_json(text) == kept


def test_plain_data_is_kept_as_it_came(live):
    """Numbers of tokens, texts, lists and dates; only what is named like a secret is not."""
    found: list[BaseEvent] = []
    kind = next(one for one in ALL if one.__name__ == "MemoryQueryCompletedEvent")
    sink_for(Journal(found.append, "execution-1", 1))(None, filled(kind, {**live, "results": [live["hidden"]]}))
    payload = found[0].payload
    assert payload["query"] == "text"
    assert payload["results"] == [
        {"api_key": "•••", "headers": "•••", "total_tokens": 3, "4": "<Grumpy>"},
    ]
