"""A document with its inputs filled in."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.bridge.filled import filled

AGENTS = {"a": {"role": "r", "goal": "g", "backstory": "b"}}


def crew(*told: bool | None, **fields: Any) -> dict[str, Any]:
    """A task for each of `told`, which is what it says of the trigger."""
    tasks = [
        {
            "name": f"t{n}",
            "description": "Do {topic}",
            "expected_output": "x",
            "agent": "a",
            "allow_crewai_trigger_context": one,
        }
        for n, one in enumerate(told)
    ]
    return {"name": "crew", "agents": AGENTS, "tasks": tasks, **fields}


@pytest.mark.parametrize(
    ("told", "fields", "expected"),
    [
        ((None, None), {}, [True, False]),
        ((False, True), {}, [False, True]),
        ((None, True), {"process": "parallel"}, [True, True]),
        ((None, True), {"process": "hierarchical"}, [False, True]),
    ],
)
def test_tasks_are_told_of_the_trigger(told: Any, fields: dict[str, Any], expected: list[bool]):
    """The first task unless it says otherwise, and those that ask for it; as in crewAI."""
    document = crew(*told, **fields)
    tasks = filled(document, {"topic": "tea", "crewai_trigger_payload": {"id": 7}}).tasks
    assert ["Trigger Payload: {'id': 7}" in task.description for task in tasks] == expected
    assert tasks[0].description.startswith("Do tea")


def test_without_a_trigger_nothing_is_said_of_it():
    """The field alone changes no prompt."""
    assert filled(crew(True), {"topic": "tea"}).tasks[0].description == "Do tea"
