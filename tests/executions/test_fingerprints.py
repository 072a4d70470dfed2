"""What a definition says of itself in `security_config`, in traces."""

from __future__ import annotations

from typing import Any

from crewlab.executions.events import ModelCallStarted, StatusChanged, TaskStarted
from crewlab.executions.execution import Execution
from crewlab.executions.spans import spans_of
from tests.executions.test_spans import BEGIN, NEW, at


def fingerprint(**metadata: Any) -> dict[str, Any]:
    return {"security_config": {"fingerprint": {"metadata": metadata}}}


def test_metadata_of_crew_agent_and_task_are_on_their_spans():
    """The crew's on the span of the attempt, those of agent and task on the task's, and on nobody else's."""
    document = {
        **fingerprint(team="ops", levels=[1, 2]),
        "agents": {"one": {"role": "r", **fingerprint(clearance=3, team="core")}},
        "tasks": [{"name": "a", **fingerprint(ticket="T-1")}, {"name": "b"}],
    }
    execution = Execution(**{**NEW.model_dump(), "document": document}, created_at=BEGIN)
    events = [
        StatusChanged(**at(0), status="running"),
        TaskStarted(**at(1, task_name="a", agent="one"), task_index=0),
        ModelCallStarted(**at(2, task_name="a", agent="one"), call_id="m", model="openai/x"),
        TaskStarted(**at(3, task_name="b", agent="two"), task_index=1),
    ]
    found = [
        {name.rpartition(".")[2]: value for name, value in span.attributes.items() if "fingerprint" in name}
        for span in spans_of(execution, 1, events)
    ]
    assert found == [{"team": "ops", "levels": "[1, 2]"}, {"clearance": 3, "team": "core", "ticket": "T-1"}, {}, {}]


def test_a_definition_without_fingerprints_has_none():
    """Whatever else stands in their place."""
    document = {"security_config": "none", "agents": [3], "tasks": {"a": {"security_config": {"fingerprint": 4}}}}
    execution = Execution(**{**NEW.model_dump(), "document": document}, created_at=BEGIN)
    [root] = spans_of(execution, 1, [StatusChanged(**at(0), status="running")])
    assert not [name for name in root.attributes if "fingerprint" in name]
