"""Planning of a crew: one call before the tasks, on a line of its own, and never paid twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crewlab.executions.events import CrewPlanned
from crewlab.lab import Lab
from tests.acceptance import crews
from tests.model_server import ModelServer, garbage, say, status

PLANNER = "Task Execution Planner"
TEA = {"topic": "tea"}


@pytest.fixture
def lab(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A lab with a key for the server's model."""
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    with Lab.open(data) as opened:
        yield opened


def plans(*texts: str) -> Any:
    listed = [{"task_number": number, "task": "a task", "plan": text} for number, text in enumerate(texts, 1)]
    return say(json.dumps({"list_of_plans_per_task": listed}))


def crew(server: ModelServer, process: str = "sequential", **fields: Any) -> dict[str, Any]:
    document = crews.chain(crews.llm(server.url), "first", "second")
    if process == "hierarchical":
        document["agents"]["writer"] = crews.agent("writer", crews.llm(server.url))
        document["manager_llm"] = crews.llm(server.url)
    return {**document, "process": process, "planning": True, **fields}


@pytest.mark.parametrize("process", ["sequential", "parallel", "hierarchical"])
def test_a_plan_is_one_call_and_is_added_to_the_tasks(lab: Lab, server: ModelServer, process: str):
    """In each process: the planner sees every task, each agent its plan, and the call belongs to no task."""
    server.script(plans(" FIRST-PLAN", " SECOND-PLAN"), say("one"), say("two"))
    execution = lab.run(crew(server, process), TEA)
    assert execution.status == "completed"
    asked = server.requests_about(PLANNER)
    assert len(asked) == 1
    assert "Do the first of tea." in asked[0].text
    assert "Do the second of tea." in asked[0].text
    assert len(server.requests_about("FIRST-PLAN")) == len(server.requests_about("SECOND-PLAN")) == 1
    calls = lab.llm_calls_df(execution_ids=[execution.execution_id])
    planning = calls[calls["purpose"] == "planning"]
    assert (len(planning), planning["task_name"].isna().all(), len(calls)) == (1, True, 3)
    assert execution.usage.model_calls == 3
    tasks = lab.tasks_df(execution_ids=[execution.execution_id])
    assert list(tasks["description"]) == ["Do the first of tea. FIRST-PLAN", "Do the second of tea. SECOND-PLAN"]
    assert list(tasks["model_calls"]) == [1, 1]


def test_the_launch_decides_over_the_document(lab: Lab, server: ModelServer):
    """On where the document says nothing, off where it plans; the snapshot keeps which."""
    server.script(plans(" X", " Y"), about=PLANNER)
    on = lab.run(crew(server, planning=False), TEA, planning=True)
    assert (on.status, on.options.planning, len(server.requests)) == ("completed", True, 3)
    off = lab.run(crew(server), TEA, planning=False)
    assert (off.status, off.options.planning, len(server.requests)) == ("completed", False, 5)


def test_the_plan_has_a_model_of_its_own(lab: Lab, server: ModelServer):
    """`planning_llm` is asked, and nobody else."""
    with ModelServer() as other:
        other.script(plans(" X", " Y"))
        lab.run(crew(server, planning_llm=crews.llm(other.url)), TEA)
        assert (len(other.requests), len(server.requests)) == (1, 2)


def test_a_resumed_attempt_uses_the_plan_again(lab: Lab, server: ModelServer):
    """The plan is paid once over all attempts, also by another process; its event says who paid."""
    server.script(plans(" FIRST-PLAN", " SECOND-PLAN"), about=PLANNER)
    server.script(status(400), status(400), about="Do the second")
    server.script(say("one"), about="This is the expected criteria for your final answer: The first")
    failed = lab.run(crew(server), TEA)
    assert failed.status == "failed"
    for _ in range(2):
        lab.resume(failed.execution_id)
        done = lab.wait([failed.execution_id])[0]
    assert done.status == "completed"
    assert len(server.requests_about(PLANNER)) == 1
    made = [event for _, event in lab.events(failed.execution_id) if isinstance(event, CrewPlanned)]
    assert [(event.attempt, event.from_attempt, len(event.plans)) for event in made] == [
        (1, None, 2),
        (2, 1, 2),
        (3, 1, 2),
    ]
    assert "SECOND-PLAN" in server.requests[-1].text


def test_a_fork_uses_the_plan_again_unless_its_inputs_differ(lab: Lab, server: ModelServer):
    """What it reuses was done by that plan; over forks of forks and resumes the event says who paid."""
    server.script(plans(" FIRST-PLAN", " SECOND-PLAN"), about=PLANNER)
    done = lab.run(crew(server), TEA)
    server.script(status(400), about="Do the second")
    fork = lab.fork(done.execution_id, from_task="second").wait()
    assert fork.status == "failed"
    lab.resume(fork.execution_id)
    assert lab.wait([fork.execution_id])[0].status == "completed"
    again = lab.fork(fork.execution_id, from_task="second").wait()
    assert (again.status, len(server.requests_about(PLANNER)), len(server.requests)) == ("completed", 1, 6)
    assert "SECOND-PLAN" in server.requests[-1].text
    for execution_id in (fork.execution_id, again.execution_id):
        made = [event for _, event in lab.events(execution_id) if isinstance(event, CrewPlanned)]
        assert {(event.from_attempt, event.from_execution_id) for event in made} == {(1, done.execution_id)}
    lab.fork(done.execution_id, inputs={"topic": "coffee"}).wait()
    lab.rerun(done.execution_id).wait()
    assert len(server.requests_about(PLANNER)) == 3


def test_a_plan_that_fails_ends_the_execution_before_any_task(lab: Lab, server: ModelServer):
    """What the planner's model does wrong is said, and no task has begun."""
    server.script(garbage(), about=PLANNER)
    failed = lab.run(crew(server), TEA)
    assert failed.status == "failed"
    assert failed.error is not None
    assert failed.tasks_done == 0
    assert lab.tasks_df(execution_ids=[failed.execution_id]).empty


def test_the_rehearsal_model_plans_too(lab: Lab):
    """A rehearsal of a planned crew costs nothing and runs to its end."""
    document = crews.chain({"model": "rehearsal/plain"}, "first", "second")
    assert lab.run({**document, "planning": True}, TEA).status == "completed"


def test_an_answered_execution_goes_on_with_its_plan(lab: Lab, server: ModelServer):
    """A person may take days: the plan is not made anew for the rest."""
    document = crew(server)
    document["tasks"][0]["human_input"] = True
    server.script(plans(" FIRST-PLAN", " SECOND-PLAN"), say("one"), say("two"))
    waiting = lab.run(document, TEA)
    assert waiting.status == "waiting"
    lab.answer(waiting.execution_id)
    assert lab.wait([waiting.execution_id])[0].status == "completed"
    assert len(server.requests) == 3
    assert "SECOND-PLAN" in server.requests[-1].text


def test_the_planner_may_have_another_model_at_launch(lab: Lab, server: ModelServer):
    """By its own name, as an agent has one; also where only the launch asks for a plan."""
    with ModelServer() as other:
        other.script(plans(" X", " Y"))
        lab.run(crew(server, planning=False), TEA, planning=True, llms={"crew planner": crews.llm(other.url)})
        assert (len(other.requests), len(server.requests)) == (1, 2)
