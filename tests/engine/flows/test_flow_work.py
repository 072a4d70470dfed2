"""Whole flows: what begins when, what is handed on, what fails, and what a resume does not pay again."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest

from crewlab.errors import ModelCallError
from crewlab.executions.events import RouteTaken, StepCompleted, StepEvent
from crewlab.executions.launch import LaunchOptions
from crewlab.executions.person import PersonAnswer
from crewlab.executions.status import ExecutionStatus as S
from tests.conftest import wait_until
from tests.engine import fakes
from tests.engine.fakes import HANG, TOO_LONG
from tests.engine.flows.conftest import FlowBench, flow
from tests.factories import OWNER


def test_values_go_from_step_to_step_and_into_the_state(bench: FlowBench):
    """Outputs, state, what wrote it, and the output of the last step as that of the flow."""
    made = flow(
        {"topic": "tea"},
        seed={"start": True, "do": "state.topic + '!'", "set": {"best": "output", "old": "state.topic"}},
        end={"listen": "seed", "do": "{'both': [outputs.seed, state.best, state.old]}"},
    )
    done = bench.run(made, inputs={"topic": "tea"})
    assert (done.status, done.output_json) == (S.COMPLETED, {"both": ["tea!", "tea!", "tea"]})
    assert (done.tasks_done, done.status_message) == (2, "2 of 2 steps done")
    writes = bench.store.steps.state_writes(done.execution_id, owner=OWNER)
    assert [(write.step, write.field, write.after) for write in writes] == [
        ("seed", "best", "tea!"),
        ("seed", "old", "tea"),
    ]
    end = bench.steps(done.execution_id)[1]
    assert (end.inputs[0].name, end.inputs[0].value) == ("outputs.seed", "tea!")


def statuses(bench: FlowBench, execution_id: str) -> set[tuple[str, str]]:
    """How far each step is."""
    return {(step.step, step.status) for step in bench.steps(execution_id)}


def test_a_crew_is_an_execution_of_its_own_and_its_tasks_have_names(bench: FlowBench):
    """With inputs of which it is known where they came from; its usage is the flow's."""
    bench.crewai.answers = {"find": "found it", "write": lambda request: f"written about {request.inputs['topic']}"}
    crew = {**fakes.document(fakes.task("find"), fakes.task("write", description="On {topic}"))}
    made = flow(
        {"topic": "tea"},
        work={"start": True, "do": {"call": "crew", "with": crew, "inputs": {"topic": "${state.topic} leaves"}}},
        end={
            "listen": "work",
            "do": "[outputs.work.raw, outputs.work.tasks.find.raw, outputs.work.tasks_output[0].name]",
        },
    )
    done = bench.run(made, inputs={"topic": "tea"})
    assert done.output_json == ["written about tea leaves", "found it", "find"]
    (child,) = bench.children(done.execution_id)
    assert (child.status, child.parent_step, child.inputs) == (S.COMPLETED, "work", {"topic": "tea leaves"})
    assert done.usage.model_calls == child.usage.model_calls == 2
    (work, _) = bench.steps(done.execution_id)
    assert (work.child_execution_id, work.inputs[0].source) == (child.execution_id, "${state.topic} leaves")
    assert work.usage.model_calls == 2


def test_a_crew_in_a_step_is_not_given_its_templates_as_text(bench: FlowBench):
    """Its own inputs are filled in too; where nothing comes of that, there is no value."""
    crew = {**fakes.document(fakes.task("write", description="On {topic}")), "inputs": {"topic": "${state.topic}"}}
    made = flow({"topic": None}, work={"start": True, "do": {"call": "crew", "with": crew}})
    assert "There is no value for topic" in bench.run(made, inputs={"topic": None}).error.message
    done = bench.run(made, inputs={"topic": "tea"})
    assert bench.children(done.execution_id)[0].inputs == {"topic": "tea"}


def test_a_crew_gets_extra_context_for_a_task(bench: FlowBench):
    """Texts of earlier steps, by the name of the task that reads them."""
    bench.crewai.answers = {"write": lambda request: str(dict(request.extra_context))}
    action = {"call": "crew", "with": fakes.document(), "context": {"write": ["${outputs.seed}", "plain"]}}
    done = bench.run(flow(seed={"start": True, "do": "'seeded'"}, work={"listen": "seed", "do": action}))
    assert done.output == "{'write': ('seeded', 'plain')}"


def test_branches_run_at_once_and_join_once(bench: FlowBench):
    """Nobody waits for somebody that they do not listen to."""
    slow, quick = Future[str](), Future[str]()
    bench.crewai.answers = {"slow": slow, "quick": quick}
    made = flow(
        a={"start": True, "do": ["slow"]},
        b={"start": True, "do": ["quick"]},
        after_b={"listen": "b", "do": "'b is over'"},
        join={"listen": {"and": ["a", "after_b"]}, "do": "outputs.b.raw + outputs.after_b"},
    )
    id_ = bench.launch(made)
    wait_until(lambda: bench.crewai.now == 2, "both to work at once")
    quick.set_result("q")
    wait_until(lambda: ("after_b", "completed") in statuses(bench, id_), "what listens to the quick one")
    assert ("a", "running") in statuses(bench, id_)
    slow.set_result("s")
    assert bench.wait(id_).output == "qb is over"


def test_a_nested_flow_has_a_state_of_its_own(bench: FlowBench):
    """It is given fields, gives back its output, and its crews are counted to what was launched."""
    inner = flow({"x": 0}, seed={"start": True, "do": ["write"]}, end={"listen": "seed", "do": "state.x"})
    done = bench.run(flow(side={"start": True, "do": {"call": "flow", "with": inner, "inputs": {"x": "${1 + 1}"}}}))
    assert done.output_json == 2
    (nested,) = bench.children(done.execution_id)
    (crew,) = bench.children(nested.execution_id)
    assert (nested.kind, crew.root_execution_id) == ("flow", done.execution_id)
    assert done.usage.model_calls == nested.usage.model_calls == 1


def test_a_router_chooses(bench: FlowBench):
    """What it says is an event; what is not chosen does not run, and that is no failure."""
    made = flow(
        route={"start": True, "router": True, "emit": ["good", "bad"], "do": "'good'"},
        good_one={"listen": "good", "do": "'chosen'"},
        bad_one={"listen": "bad", "do": "'not'"},
    )
    done = bench.run(made)
    assert (done.status, done.output, done.tasks_done) == (S.COMPLETED, "chosen", 2)
    assert done.status_message == "2 of 3 steps done; the others were not on its way"
    events = [event for _, event in bench.store.events.read(done.execution_id, owner=OWNER)]
    assert [event.outcome for event in events if isinstance(event, RouteTaken)] == ["good"]


def test_a_loop_goes_round_until_its_router_says_so(bench: FlowBench):
    """Each call is on record; the state carries the count."""
    made = flow(
        {"count": 0},
        begin={"start": True, "do": "0"},
        work={"listen": {"or": ["begin", "again"]}, "do": "state.count + 1", "set": {"count": "output"}},
        decide={
            "listen": "work",
            "router": True,
            "emit": ["again", "done"],
            "do": "state.count < 3 ? 'again' : 'done'",
        },
        end={"listen": "done", "do": "state.count"},
    )
    done = bench.run(made, inputs={"count": 0})
    assert done.output_json == 3
    assert [step.call_number for step in bench.steps(done.execution_id) if step.step == "work"] == [1, 2, 3]


def test_a_loop_without_an_end_is_ended(bench: FlowBench):
    """With the step that was called once too often."""
    made = flow(
        begin={"start": True, "do": "0"},
        work={"listen": {"or": ["begin", "again"]}, "do": "1"},
        decide={"listen": "work", "router": True, "emit": ["again"], "do": "'again'"},
    )
    done = bench.run({**made, "config": {"max_method_calls": 3}})
    assert (done.status, done.error.task_name) == (S.FAILED, "work")
    assert "'work' was called more than 3 times" in done.error.message


def test_the_whole_state_and_all_outputs_are_given_as_they_are_at_that_moment(bench: FlowBench):
    """What later steps write changes neither what a step gave, nor what is shown that it read."""
    made = flow(
        {"n": 1},
        before={"start": True, "do": "state"},
        write={"listen": "before", "do": "2", "set": {"n": "output"}},
        whole={"listen": "write", "do": "outputs"},
        end={"listen": "whole", "do": "[outputs.before.n, state.n, size(outputs.whole)]"},
    )
    done = bench.run(made, inputs={"n": 1})
    assert (done.status, done.output_json) == (S.COMPLETED, [1, 2, 2])
    steps = {step.step: step for step in bench.steps(done.execution_id)}
    assert steps["before"].output["n"] == 1
    assert list(steps["whole"].inputs[0].value) == list(steps["whole"].output) == ["before", "write"]


def test_a_loop_of_failures_is_ended(bench: FlowBench):
    """An `on_error` that leads back does not catch the call that was one too many."""
    made = flow(
        begin={"start": True, "do": "0"},
        work={"listen": {"or": ["begin", "again"]}, "do": "1 / 0", "on_error": {"emit": "again"}},
    )
    done = bench.run({**made, "config": {"max_method_calls": 3}})
    assert (done.status, done.error.task_name) == (S.FAILED, "work")
    assert len(bench.steps(done.execution_id)) == 5


def test_a_failure_names_its_step_and_lets_others_end(bench: FlowBench):
    """What is paid for is kept, nothing new begins, and the flow is not a success."""
    slow: Future[str] = Future()
    bench.crewai.answers = {"slow": slow, "wrong": ModelCallError("The model is away.", "Try later.")}
    made = flow(
        a={"start": True, "do": ["slow"]},
        b={"start": True, "do": ["wrong"]},
        never={"listen": "a", "do": "1"},
    )
    id_ = bench.launch(made)
    wait_until(lambda: ("b", "failed") in statuses(bench, id_), "the failure")
    slow.set_result("at last")
    done = bench.wait(id_)
    assert (done.status, done.error.task_name) == (S.FAILED, "b")
    assert done.error.message == "step b: crew: The model is away."
    assert done.error.hint == "Try later."
    steps = {step.step: step for step in bench.steps(done.execution_id)}
    assert {name: step.status for name, step in steps.items()} == {"a": "completed", "b": "failed"}
    assert steps["b"].error.type == "ModelCallError"


def test_a_failure_may_lead_somewhere(bench: FlowBench):
    """The step says which outcome; who listens to it reads what went wrong."""
    bench.crewai.answers = {"wrong": ModelCallError("The model is away.", "")}
    made = flow(
        a={"start": True, "do": ["wrong"], "on_error": {"emit": "broken"}},
        b={"listen": "a", "do": "'not reached'"},
        repair={"listen": "broken", "do": "'repaired: ' + outputs.a.error.message"},
    )
    done = bench.run(made)
    assert (done.status, done.output) == (S.COMPLETED, "repaired: crew: The model is away.")
    first = bench.steps(done.execution_id)[0]
    assert (first.status, first.outcome) == ("failed", "broken")


def test_a_failed_expression_says_what_it_could_not_read(bench: FlowBench):
    """The step is there, failed."""
    done = bench.run(flow(a={"start": True, "do": "outputs.nobody.raw"}))
    assert (done.status, done.error.task_name) == (S.FAILED, "a")
    assert "nobody" in done.error.message
    assert [step.status for step in bench.steps(done.execution_id)] == ["failed"]


def test_a_step_has_a_time_limit(bench: FlowBench):
    """What it runs is stopped with it, and the flow may go on from there."""
    bench.crewai.answers = {"slow": TOO_LONG}
    made = flow(
        a={"start": True, "do": ["slow"], "timeout_seconds": 60, "on_error": {"emit": "late"}},
        b={"listen": "late", "do": "outputs.a.error.message"},
    )
    done = bench.run(made)
    assert done.output == "The step 'a' took longer than its limit of 60 s."
    (child,) = bench.children(done.execution_id)
    assert child.status is S.CANCELLED


def test_cancelling_a_flow_cancels_what_it_runs(bench: FlowBench):
    """At once, at any depth; nothing is left running."""
    bench.crewai.answers = {"slow": HANG}
    inner = flow(deep={"start": True, "do": ["slow"]})
    id_ = bench.launch(
        flow(a={"start": True, "do": ["slow"]}, b={"start": True, "do": {"call": "flow", "with": inner}})
    )
    wait_until(lambda: bench.crewai.now == 2, "both crews work")
    bench.engine.stop([id_])
    assert bench.wait(id_).status is S.CANCELLED
    assert {step.status for step in bench.steps(id_)} == {"cancelled"}
    nested = [one for child in bench.children(id_) for one in [child, *bench.children(child.execution_id)]]
    assert {one.status for one in nested} == {S.CANCELLED}
    assert len(nested) == 3


def test_a_time_limit_ends_a_flow_and_its_parts(bench: FlowBench):
    """The flow says why."""
    bench.crewai.answers = {"slow": TOO_LONG}
    done = bench.run(flow(a={"start": True, "do": ["slow"]}), options=LaunchOptions(timeout_seconds=60))
    assert (done.status, done.reason) == (S.FAILED, "timed_out")
    (child,) = bench.children(done.execution_id)
    assert child.status is S.CANCELLED


def test_a_pool_that_is_paused_lets_a_flow_that_runs_go_on(bench: FlowBench):
    """What its later steps run belongs to it, and is nothing new; an answer that wakes it waits for the pool."""
    slow: Future[str] = Future()
    bench.crewai.answers = {"slow": slow}
    asked = {"listen": "a", "do": ["later"], "human_feedback": {"message": "Good?"}}
    id_ = bench.launch(flow(a={"start": True, "do": ["slow"]}, b=asked))
    wait_until(lambda: bench.crewai.calls["slow"] == 1, "it runs")
    bench.engine.pause(paused=True)
    slow.set_result("at last")
    assert (bench.wait(id_).status, bench.crewai.calls["later"]) == (S.WAITING, 1)
    bench.engine.answered(bench.store.executions.answer(id_, PersonAnswer(decision="accept"), owner=OWNER).result())
    assert bench.get(id_).status is S.PENDING
    bench.engine.pause(paused=False)
    assert bench.wait(id_, 2).status is S.COMPLETED


def test_a_budget_is_that_of_the_whole_tree(bench: FlowBench):
    """Two crews of 15 tokens are too much for 20."""
    made = flow(a={"start": True, "do": ["write"]}, b={"listen": "a", "do": ["write"]}, c={"listen": "b", "do": "1"})
    done = bench.run(made, options=LaunchOptions(max_tokens=20))
    assert (done.status, done.reason, done.usage.total_tokens) == (S.FAILED, "over_budget", 30)
    again = bench.resume(done.execution_id, max_tokens=100)
    assert (again.status, again.usage.model_calls) == (S.COMPLETED, 2)


def test_a_resume_goes_on_at_the_step(bench: FlowBench):
    """Finished steps are not paid again, state and loops are where they were, and a crew goes on at its task."""
    bench.crewai.answers = {"one": "1", "two": [ModelCallError("Away.", ""), "2"]}
    made = flow(
        {"count": 0},
        first={"start": True, "do": ["one"], "set": {"count": "state.count + 1"}},
        second={"listen": "first", "do": ["one", "two"], "set": {"count": "state.count + 1"}},
        end={"listen": "second", "do": "[state.count, outputs.first.raw, outputs.second.raw]"},
    )
    failed = bench.run(made, inputs={"count": 0})
    assert (failed.status, failed.error.task_name) == (S.FAILED, "second")
    done = bench.resume(failed.execution_id)
    assert (done.status, done.output_json) == (S.COMPLETED, [2, "1", "2"])
    assert bench.crewai.calls == {"one": 2, "two": 2}
    assert [(step.step, step.status) for step in bench.steps(done.execution_id, 2)] == [
        ("first", "reused"),
        ("second", "completed"),
        ("end", "completed"),
    ]
    children = bench.children(done.execution_id)
    assert [(child.parent_step, child.attempt) for child in children] == [("first", 1), ("second", 2)]


def test_a_flow_that_was_interrupted_goes_on(bench: FlowBench):
    """A process that goes away takes nothing along that is paid for."""
    bench.crewai.answers = {"one": "1", "two": [HANG, "2"]}
    made = flow(
        first={"start": True, "do": ["one"]},
        second={"listen": "first", "do": {"call": "flow", "with": flow(a={"start": True, "do": ["one", "two"]})}},
    )
    id_ = bench.launch(made)
    wait_until(lambda: bench.crewai.calls["two"] == 1, "the second task works")
    bench.restart()
    wait_until(lambda: bench.get(id_).status is S.INTERRUPTED, "its end to be stored")
    done = bench.resume(id_)
    assert (done.status, done.output) == (S.COMPLETED, "2")
    assert bench.crewai.calls == {"one": 2, "two": 2}


def test_a_crash_loses_nothing_that_was_paid(bench: FlowBench):
    """Finished steps, and finished tasks of a crew in the middle, stand; only what was in flight is asked again."""
    bench.crewai.answers = {"one": "1", "two": [HANG, "2"]}
    made = flow(first={"start": True, "do": ["one"]}, second={"listen": "first", "do": ["one", "two"]})
    id_ = bench.launch(made)
    wait_until(lambda: bench.crewai.calls["two"] == 1, "the second task works")
    bench.crash()
    assert bench.get(id_).status is S.INTERRUPTED
    assert {child.status for child in bench.children(id_)} == {S.COMPLETED, S.INTERRUPTED}
    done = bench.resume(id_)
    assert (done.status, done.output) == (S.COMPLETED, "2")
    assert bench.crewai.calls == {"one": 2, "two": 2}


def test_a_crew_that_nobody_took_note_of_is_not_paid_twice(bench: FlowBench):
    """It had completed, and its flow died before it could say so."""
    bench.home.dies_before = StepCompleted
    id_ = bench.launch(flow(first={"start": True, "do": ["one"]}, end={"listen": "first", "do": "outputs.first.raw"}))
    wait_until(lambda: bench.home.is_dead, "the crew is over")
    bench.crash()
    assert [child.status for child in bench.children(id_)] == [S.COMPLETED]
    done = bench.resume(id_)
    assert (done.status, done.output, bench.crewai.calls["one"]) == (S.COMPLETED, "one done", 1)


def test_an_outcome_that_is_not_declared_fails_the_step(bench: FlowBench):
    """What a model says is not always what was asked for: nothing is written, and the flow does not look done."""
    said = {"start": True, "router": True, "emit": ["good", "bad"], "do": ["judge"], "set": {"seen": "output.raw"}}
    after = {"fine": {"listen": "good", "do": "'fine'"}, "name": {"listen": "said", "do": "'by name'"}}
    bench.crewai.answers = {"judge": "Good!"}
    done = bench.run(flow(said=said, **after))
    assert done.status == S.FAILED
    assert "'Good!', which is not among its outcomes: good, bad" in done.error.message
    assert not bench.store.steps.state_writes(done.execution_id, owner=OWNER)
    bench.crewai.answers = {"judge": "good"}
    assert bench.run(flow(said=said, **after)).status == S.COMPLETED
    routed = flow(
        said={**said, "on_error": {"emit": "odd"}}, odd_one={"listen": "odd", "do": "outputs.said.error.message"}
    )
    bench.crewai.answers = {"judge": "Good!"}
    assert bench.run(routed).output.startswith("It gives 'Good!'")


@pytest.mark.parametrize(
    ("emit", "level", "doubt"),
    [
        ({}, "info", ""),
        ({"emit": ["there"]}, "info", ""),
        ({"emit": ["up", "down"]}, "warning", ", which is heard, but not among its outcomes: up, down"),
    ],
)
def test_the_log_says_which_way_a_flow_goes(bench: FlowBench, emit: dict[str, Any], level: str, doubt: str):
    """An outcome that the step does not declare is heard as in crewAI, and somebody who looks for it finds it."""
    route = {"start": True, "router": True, "do": "'there'", **emit}
    done = bench.run(flow(route=route, after={"listen": "there", "do": "1"}))
    (taken,) = routes(bench, done.execution_id)
    assert (done.status, taken.level, taken.message) == (S.COMPLETED, level, f"route: takes there{doubt}")


def test_an_outcome_that_nobody_hears_is_a_warning_in_the_log(bench: FlowBench):
    """The flow ends as crewAI's does, and says what it did."""
    done = bench.run(flow(route={"start": True, "router": True, "do": "'nowhere'"}))
    (taken,) = routes(bench, done.execution_id)
    assert (done.status, taken.level) == (S.COMPLETED, "warning")
    assert taken.message == "route: takes nowhere, which no step listens to"


def routes(bench: FlowBench, execution_id: str) -> list[RouteTaken]:
    """The outcomes that were taken, in order."""
    events = [event for _, event in bench.store.events.read(execution_id, owner=OWNER)]
    return [event for event in events if isinstance(event, RouteTaken)]


def test_events_of_a_quiet_flow_are_details(bench: FlowBench):
    """`suppress_flow_events`: the log tells of steps only to who asks for details, and of failures to everybody."""
    steps = flow(a={"start": True, "do": "1"}, b={"listen": "a", "do": "outputs.nobody"})
    done = bench.run({**steps, "config": {"suppress_flow_events": True}})
    events = [event for _, event in bench.store.events.read(done.execution_id, owner=OWNER)]
    levels = {(event.kind, event.step): event.level for event in events if isinstance(event, StepEvent)}
    assert levels["step_completed", "a"] == levels["step_started", "b"] == "debug"
    assert levels["step_failed", "b"] == "error"


def test_a_document_that_cannot_be_read_is_the_reason(bench: FlowBench):
    """Also within: whoever comes round the check is told what is wrong."""
    done = bench.run({"schema": "crewai.flow/v1", "name": "f", "methods": {"a": {"start": True}}})
    assert (done.status, done.error.type) == (S.FAILED, "DocumentError")
    inner = {"call": "flow", "with": {"schema": "crewai.flow/v1", "name": "f", "methods": {"a": {"start": True}}}}
    within = bench.run(flow(side={"start": True, "do": inner}))
    assert (within.status, within.error.task_name) == (S.FAILED, "side")
    assert "methods.a.do" in within.error.message


def test_whoever_waits_for_a_part_of_a_flow_hears_of_its_end(bench: FlowBench):
    """Before the flow itself is over."""
    slow: Future[str] = Future()
    bench.crewai.answers = {"slow": slow, "hangs": HANG}
    id_ = bench.launch(flow(a={"start": True, "do": ["slow"]}, b={"listen": "a", "do": ["hangs"]}))
    wait_until(lambda: bench.children(id_), "the first crew begins")
    (child,) = bench.children(id_)
    watch = bench.engine.watch([child.execution_id])
    slow.set_result("at last")
    assert watch.wait(60)
    bench.engine.unwatch(watch)
    assert bench.get(child.execution_id).status is S.COMPLETED
    assert not bench.get(id_).status.is_at_rest
