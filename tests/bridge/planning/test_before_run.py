"""Agents that plan: the calls are recorded for what they are, the events tell the plan, and planning always ends."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.errors import ModelCallError
from crewlab.executions.events import (
    ModelCallEnded,
    PlanChanged,
    PlanMade,
    PlanStepEnded,
    PlanStepStarted,
)
from tests.bridge.attempts import Attempt, one_task, run
from tests.model_server import ModelServer, status
from tests.parity.catalogue import plans, sees


def attempt(answers: list[Any], **config: Any) -> Attempt:
    """One task of an agent who plans with low effort, unless `config` says otherwise."""
    left = iter(answers)
    with ModelServer(reply=lambda _: next(left)) as made:
        return run(planned({"model": "openai/any", "base_url": made.url}, **config))


def planned(model: Any, **config: Any) -> dict[str, Any]:
    document = one_task(model)
    document["agents"]["writer"]["planning_config"] = {"reasoning_effort": "low", **config}
    return document


def test_planning_has_its_own_purpose_and_events():
    """The plan and the answer made of the steps are planning; the steps are the agent's own work."""
    done = attempt([plans(2), "one", "two", "both"])
    assert done.error is None
    assert [call.purpose for call in done.of(ModelCallEnded)] == ["planning", "agent", "agent", "planning"]
    assert {call.task_name for call in done.of(ModelCallEnded)} == {"write"}
    plan = done.of(PlanMade)[0]
    assert (plan.plan, plan.is_ready, plan.agent, plan.task_name) == ("the plan", True, "writer", "write")
    assert [(step.number, step.description, step.depends_on) for step in plan.steps] == [
        (1, "step 1", ()),
        (2, "step 2", (1,)),
    ]
    assert [event.step.number for event in done.of(PlanStepStarted)] == [1, 2]
    assert [(event.is_done, event.result) for event in done.of(PlanStepEnded)] == [(True, "one"), (True, "two")]
    assert done.outcomes[0].output == "both"


def test_a_planning_model_of_its_own_makes_the_plan():
    """`planning_config.llm` is asked for plans; the agent's model does the steps."""
    left = iter(["one", "both"])
    with ModelServer(reply=lambda _: plans(1)) as planner, ModelServer(reply=lambda _: next(left)) as agent:
        llm = {"model": "openai/planner", "base_url": planner.url}
        done = run(planned({"model": "openai/agent", "base_url": agent.url}, llm=llm))
        assert done.error is None
        assert (len(planner.requests), len(agent.requests)) == (1, 2)
    assert [call.model for call in done.of(ModelCallEnded)] == ["openai/planner", "openai/agent", "openai/agent"]


def test_a_launch_that_names_a_model_names_it_for_planning_too():
    """Rehearsing a crew asks no other model."""
    document = planned("openai/agent", llm={"model": "openai/planner", "base_url": "http://localhost:9"})
    done = run(document, llm="rehearsal/plain")
    assert done.error is None
    assert {call.model for call in done.of(ModelCallEnded)} == {"rehearsal/plain"}


def test_a_rehearsal_plans_and_watches_its_steps():
    """Offline, an agent that plans comes to an answer in a few calls, with no other plan."""
    document = planned("rehearsal/plain", reasoning_effort="high")
    done = run(document)
    assert done.error is None
    assert [event.is_ready for event in done.of(PlanMade)] == [True]
    assert all(event.is_done for event in done.of(PlanStepEnded))
    assert not done.of(PlanChanged)
    assert "bees" in (done.final.output if done.final else "")


def test_a_planner_that_is_never_ready_is_asked_three_times():
    """Without `max_attempts` planning ends all the same, and the agent goes by the last plan."""
    done = attempt([*[plans(1, ready=False)] * 3, "done by the plan"])
    assert [event.is_ready for event in done.of(PlanMade)] == [False] * 3
    assert done.outcomes[0].output == "done by the plan"
    assert "the plan" in str(done.of(ModelCallEnded)[-1].messages[-1]["content"])


def test_steps_of_another_plan_with_numbers_that_are_taken_run_once():
    """Numbers that the planner uses again do not make the agent run in circles, as they do in crewAI."""
    fails = sees(step_completed_successfully=False, needs_full_replan=True, replan_reason="no such place")
    done = attempt(
        [plans(2), "one", fails, plans(2), "again", sees(), "more", sees(), "made"], reasoning_effort="medium"
    )
    assert done.error is None
    assert [event.step.number for event in done.of(PlanStepEnded)] == [1, 2, 3]
    assert [(event.change, event.reason) for event in done.of(PlanChanged)] == [("replanned", "no such place")]
    assert done.of(PlanStepEnded)[2].step.depends_on == (2,)


def test_the_second_plan_is_asked_for_with_what_failed():
    """The planner hears which step failed."""
    fails = sees(step_completed_successfully=False, needs_full_replan=True)
    done = attempt([plans(1), "one", fails, plans(1), "two", sees(), "made"], reasoning_effort="medium")
    asked = done.of(ModelCallEnded)[3]
    assert asked.purpose == "planning"
    assert "Failed or errored steps:\n  - Step 1: step 1" in str(asked.messages[-1]["content"])


def test_a_step_that_takes_too_long_is_given_up(serve_slowly: ModelServer):
    """`step_timeout` holds for a call in flight, too; the step counts as failed."""
    done = run(planned({"model": "openai/any", "base_url": serve_slowly.url}, step_timeout=1))
    ended = done.of(PlanStepEnded)[0]
    assert not ended.is_done
    assert "longer than 1 s" in ended.result + ended.message


@pytest.fixture
def serve_slowly() -> Any:
    """Plans at once, never finishes the step, and answers when asked without a plan."""
    from tests.model_server import hang

    def reply(body: dict[str, Any]) -> Any:
        if len(server.requests) == 1:
            server.script(hang())
            return plans(1)
        return "at last"

    with ModelServer(reply=reply) as server:
        yield server


def test_a_model_that_fails_for_good_while_planning_fails_the_task():
    """crewAI would go on with a plan that says that there is none."""
    with ModelServer(reply=lambda _: "unused") as server:
        server.script(*[status(401)] * 3)
        done = run(planned({"model": "openai/any", "base_url": server.url}))
    assert isinstance(done.error, ModelCallError)
    assert len(server.requests) == 1
