"""Conditional tasks: who is skipped, what that costs, and what becomes of it later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crewlab.executions.events import TaskSkipped, TaskStarted
from crewlab.lab import Lab
from tests.acceptance import crews
from tests.model_server import ModelServer, say, status

URGENT = say('{"label": "outage", "urgent": true}')
CALM = say('{"label": "question", "urgent": false}')


@pytest.fixture
def lab(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A lab with a key for the server's model."""
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    with Lab.open(data) as opened:
        yield opened


def desk(server: ModelServer, process: str = "parallel") -> dict[str, Any]:
    """A ticket is sorted; only an urgent one is escalated; the reply is written in any case."""
    tasks = [
        crews.task("triage", "analyst", [], output_json=crews.SCHEMA),
        crews.task("escalate", "analyst", [], condition="outputs.triage.json.urgent", type="ConditionalTask"),
        crews.task("reply", "analyst", ["triage", "escalate"]),
    ]
    agents = {"analyst": crews.agent("analyst", crews.llm(server.url))}
    return {"name": "desk", "process": process, "agents": agents, "tasks": tasks, "inputs": {"topic": "tea"}}


def statuses(lab: Lab, execution_id: str) -> list[str]:
    return list(lab.tasks_df(execution_ids=[execution_id])["status"])


@pytest.mark.parametrize("process", ["parallel", "sequential"])
def test_a_false_condition_skips_the_task_and_its_model_calls(lab: Lab, server: ModelServer, process: str):
    """A skipped task never starts, its reader is given its empty output, and everybody is told."""
    server.script(CALM, about="Do the triage")
    execution = lab.run(desk(server, process))
    assert execution.status == "completed"
    assert statuses(lab, execution.execution_id) == ["completed", "skipped", "completed"]
    assert len(server.requests) == 2
    events = lab.events(execution.execution_id)
    started = [event.task_name for _, event in events if isinstance(event, TaskStarted)]
    skipped = [event for _, event in events if isinstance(event, TaskSkipped)]
    assert started == ["triage", "reply"]
    assert (skipped[0].task_name, skipped[0].condition) == ("escalate", "outputs.triage.json.urgent")
    assert execution.tasks_done == 3


def test_a_true_condition_runs_the_task_after_what_it_names(lab: Lab, server: ModelServer):
    """The condition is a dependency: the task waits for it, and is not given its output."""
    server.script(URGENT, about="Do the triage")
    execution = lab.run(desk(server))
    assert statuses(lab, execution.execution_id) == ["completed"] * 3
    assert len(server.requests) == 3
    assert "outage" not in server.requests_about("Do the escalate")[0].text
    assert "outage" in server.requests_about("Do the reply")[0].text


def test_the_output_is_that_of_the_last_task_that_ran(lab: Lab, server: ModelServer):
    """As in crewAI; where nothing ran at all, the execution fails and says why."""
    server.script(CALM, about="Do the triage")
    document = desk(server)
    document["tasks"].pop()
    assert lab.run(document).output_json == {"label": "question", "urgent": False}
    document["tasks"] = [crews.task("only", "analyst", [], condition='inputs.topic == "coffee"')]
    nothing = lab.run(document)
    assert (nothing.status, nothing.error and nothing.error.message) == (
        "failed",
        "Every task was skipped, so there is no output.",
    )


def test_a_condition_that_fails_names_its_task(lab: Lab, server: ModelServer):
    """A mistake that only shows with the values fails that task, and says what was asked."""
    document = desk(server)
    document["tasks"][1]["condition"] = "int(outputs.triage) > 3"
    failed = lab.run(document)
    assert failed.status == "failed"
    assert failed.error is not None
    assert failed.error.message.startswith("The condition of task 'escalate' (int(outputs.triage) > 3) does not work")
    assert statuses(lab, failed.execution_id) == ["completed", "failed"]


def test_a_resume_asks_the_condition_again_and_pays_nothing_for_it(lab: Lab, server: ModelServer):
    """What was skipped stays skipped; only the task that failed is paid."""
    server.script(CALM, about="Do the triage")
    server.script(status(400), about="Do the reply")
    failed = lab.run(desk(server))
    assert failed.status == "failed"
    lab.resume(failed.execution_id)
    assert lab.wait([failed.execution_id])[0].status == "completed"
    assert statuses(lab, failed.execution_id)[-3:] == ["reused", "skipped", "completed"]
    assert len(server.requests) == 3


def test_a_fork_reuses_around_what_was_skipped(lab: Lab, server: ModelServer):
    """A skipped task is no reason to pay its readers again; an edit that makes its condition true runs it."""
    server.script(CALM, about="Do the triage")
    document = desk(server)
    document["tasks"].append(crews.task("archive", "analyst", ["reply"]))
    first = lab.run(document)
    assert len(server.requests) == 3
    fork = lab.fork(first.execution_id, from_task="archive").wait()
    assert statuses(lab, fork.execution_id) == ["reused", "skipped", "reused", "completed"]
    assert len(server.requests) == 4
    edited = lab.fork(first.execution_id, outputs={"triage": '{"label": "fire", "urgent": true}'}).wait()
    assert statuses(lab, edited.execution_id) == ["reused", "completed", "completed", "completed"]
