"""Steps that ask an agent or call a tool: their calls are the flow's own."""

from __future__ import annotations

from concurrent.futures import Future

from crewlab.bridge.contract import GuardrailVerdict
from crewlab.errors import ToolCallError
from crewlab.executions.events import GuardrailChecked, TaskEnded
from crewlab.executions.status import ExecutionStatus as S
from crewlab.executions.steps import StepRun
from tests.conftest import wait_until
from tests.engine.flows.conftest import FlowBench, flow
from tests.factories import OWNER

AGENT = {"role": "Editor", "goal": "Edit", "backstory": "Brief", "input": "Sum up ${outputs.seed}"}


def test_an_agent_is_asked_what_the_template_says(bench: FlowBench):
    """Its answer has crewAI's shape; its call is counted for the step, and no task is on record."""
    bench.crewai.answers = {"ask": lambda request: request.document["tasks"][0]["description"] + "!"}
    made = flow(seed={"start": True, "do": "'tea'"}, ask={"listen": "seed", "do": {"call": "agent", "with": AGENT}})
    done = bench.run(made)
    assert (done.status, done.output) == (S.COMPLETED, "Sum up tea!")
    (_, ask) = bench.steps(done.execution_id)
    assert (ask.output["agent_role"], ask.output["usage_metrics"]["total_tokens"]) == ("Editor", 15)
    assert (ask.usage.model_calls, ask.inputs[0].source) == (1, "Sum up ${outputs.seed}")
    events = [event for _, event in bench.store.events.read(done.execution_id, owner=OWNER)]
    assert not any(isinstance(event, TaskEnded) for event in events)


def test_two_calls_of_a_step_at_a_time_have_what_each_of_them_used(bench: FlowBench):
    """The one that began first is still at work when the other one begins, and ends after it."""
    first: Future[str] = Future()
    bench.crewai.answers = {"ask": [first, "at once"]}
    made = flow(
        first={"start": True, "do": "'a'"},
        ask={"listen": {"or": ["first"]}, "start": True, "do": {"call": "agent", "with": {**AGENT, "input": "Hello"}}},
    )
    id_ = bench.launch(made)
    wait_until(lambda: any(step.status == "completed" for step in _asked(bench, id_)), "the second call")
    first.set_result("at last")
    bench.wait(id_)
    steps = _asked(bench, id_)
    assert [(step.usage.model_calls, step.output["usage_metrics"]["total_tokens"]) for step in steps] == [(1, 15)] * 2
    assert steps[0].ended_at > steps[1].ended_at


def _asked(bench: FlowBench, execution_id: str) -> list[StepRun]:
    return [step for step in bench.steps(execution_id) if step.step == "ask"]


def test_the_guardrail_of_an_agent_sends_its_answer_back(bench: FlowBench):
    """As for a task."""
    bench.crewai.verdicts = [GuardrailVerdict(False, "Shorter."), GuardrailVerdict(True, "")]
    action = {"call": "agent", "with": {**AGENT, "input": "Hello", "guardrail": "Short"}}
    done = bench.run(flow(ask={"start": True, "do": action}))
    assert (done.status, bench.crewai.calls["ask"]) == (S.COMPLETED, 2)
    events = [event for _, event in bench.store.events.read(done.execution_id, owner=OWNER)]
    assert [event.passed for event in events if isinstance(event, GuardrailChecked)] == [False, True]


def test_what_an_agent_cannot_be_asked_is_said(bench: FlowBench):
    """A number is no question."""
    done = bench.run(flow(ask={"start": True, "do": {"call": "agent", "with": {**AGENT, "input": "${1 + 1}"}}}))
    assert "a text or a list of messages" in done.error.message


def test_a_tool_gets_its_arguments_with_their_types(bench: FlowBench):
    """Its result is the output of the step, whatever JSON it is."""
    bench.crewai.answers = {"look": lambda arguments: {"seen": arguments}}
    action = {"call": "tool", "ref": "FileReadTool", "with": {"rows": "${state.rows}", "name": "a"}}
    done = bench.run(flow({"rows": [1]}, look={"start": True, "do": action}), inputs={"rows": [1]})
    assert done.output_json == {"seen": {"rows": [1], "name": "a"}}


def test_a_tool_that_fails_fails_its_step(bench: FlowBench):
    """Unless the step says where that leads."""
    bench.crewai.answers = {"look": ToolCallError("No such file.", "")}
    action = {"call": "tool", "ref": "FileReadTool", "with": {}}
    made = flow(look={"start": True, "do": action, "on_error": {"emit": "gone"}}, end={"listen": "gone", "do": "'ok'"})
    assert bench.run(made).output == "ok"
    assert bench.run(flow(look={"start": True, "do": action})).error.message == "step look: No such file."


def test_code_is_refused_where_it_is_reached(bench: FlowBench):
    """A check says so before; whoever comes round it runs nothing either."""
    done = bench.run(flow(a={"start": True, "do": {"call": "script", "code": "raise SystemExit"}}))
    assert (done.status, done.error.task_name) == (S.FAILED, "a")
    assert "call: script" in done.error.message
