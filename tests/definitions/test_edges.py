"""Which tasks read, and wait for, which."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.definitions.crew import asynchronous, dependencies, parse_crew, turns

AGENTS = {"a": {"role": "r", "goal": "g", "backstory": "b"}}


def crew(*tasks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Tasks named by their numbers."""
    written = [
        {"name": str(n), "description": "d", "expected_output": "e", "agent": "a", **task}
        for n, task in enumerate(tasks)
    ]
    return {"name": "crew", "agents": AGENTS, "tasks": written, **fields}


BESIDE: dict[str, Any] = {"async_execution": True}
MIXED = crew({}, BESIDE, BESIDE | {"context": ["0"]}, {}, BESIDE)


@pytest.mark.parametrize("read", [lambda document: document, parse_crew], ids=["as written", "with types"])
def test_asynchronous_tasks_wait_for_those_that_are_not(read: Any):
    """Any other waits for all before it; as in crewAI, one without a context is given nothing to read."""
    document = read(MIXED)
    assert asynchronous(document) == [1, 2, 4]
    assert turns(document) == [[], [0], [0], [0, 1, 2], [0, 3]]
    assert dependencies(document) == [[], [], [0], [0, 1, 2], []]


@pytest.mark.parametrize("process", ["parallel", "hierarchical"])
def test_other_processes_have_no_asynchronous_tasks(process: str):
    """They decide by themselves what runs at once, and an absent context means what it means there."""
    document = crew({}, BESIDE, process=process)
    assert asynchronous(document) == []
    assert dependencies(document) == [[], [0]]
