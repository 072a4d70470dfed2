"""Forks of flows: what changes runs again, with everything that reads it, and nothing else is paid."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from crewlab.definitions.flows.flow import parse_flow
from crewlab.engine.flows.forking import plan_flow_fork
from crewlab.engine.flows.step_reads import affected
from crewlab.errors import InputsError
from crewlab.executions.execution import Execution, NewExecution
from crewlab.executions.identity import new_id
from crewlab.executions.status import ExecutionStatus as S
from tests.engine.flows.conftest import FlowBench, flow
from tests.factories import OWNER

FLOW = flow(
    {"topic": "tea", "best": "", "kind": "long"},
    find={"start": True, "do": ["search"], "set": {"best": "output.raw"}},
    side={"start": True, "do": ["aside"]},
    write={"listen": "find", "do": "outputs.find.raw + ' on ' + state.topic"},
    route={"listen": "write", "router": True, "emit": ["long", "short"], "do": "state.kind"},
    at_length={"listen": {"and": ["long", "side"]}, "do": "state.best + ', ' + outputs.write"},
    briefly={"listen": {"and": ["short", "side"]}, "do": "outputs.side.raw"},
)
STATE = {"topic": "tea", "best": "", "kind": "long"}


def fork(bench: FlowBench, source: Execution, **changes: Any) -> Execution:
    """What a fork comes to."""
    history = bench.store.steps.history(source.execution_id, owner=OWNER)
    plan = plan_flow_fork(source, history, changes.get("from_step"), changes.get("outputs"), changes.get("inputs"))
    new = {"execution_id": new_id(), "origin_execution_id": source.execution_id, "inputs": plan.inputs}
    kept = source.model_dump(include={"owner", "kind", "definition_name", "content_hash", "document"})
    execution = NewExecution(**kept | new)
    given = {execution.execution_id: plan.given}
    bench.store.executions.add([execution], given_steps=given).result()
    return bench.go(execution)


def reused(bench: FlowBench, execution: Execution) -> Collection[str]:
    return {step.step for step in bench.steps(execution.execution_id) if step.status == "reused"}


def test_a_fork_from_a_step_runs_it_and_its_readers(bench: FlowBench):
    """A branch that has nothing to do with it is kept."""
    source = bench.run(FLOW, inputs=STATE)
    assert source.output == "search done, search done on tea"
    bench.crewai.answers = {"search": "found anew"}
    done = fork(bench, source, from_step="find")
    assert done.output == "found anew, found anew on tea"
    assert reused(bench, done) == {"side"}
    assert bench.crewai.calls == {"search": 2, "aside": 1}


def test_the_state_of_a_fork_has_what_its_source_wrote(bench: FlowBench):
    """It was written before the step from which the fork runs."""
    source = bench.run(FLOW, inputs=STATE)
    done = fork(bench, source, from_step="write")
    assert bench.store.steps.state(done.execution_id, owner=OWNER) == {"best": "search done"}
    assert bench.store.steps.state(done.execution_id, owner="somebody else") == {}


def test_an_edited_output_stands_in_and_is_written_into_the_state(bench: FlowBench):
    """As if the step had produced it; nothing is paid."""
    source = bench.run(FLOW, inputs=STATE)
    done = fork(bench, source, outputs={"find": "edited"})
    assert done.output == "edited, edited on tea"
    assert done.usage.model_calls == 0
    (find,) = [step for step in bench.steps(done.execution_id) if step.step == "find"]
    assert (find.is_edited, find.reused_from_execution_id) == (True, source.execution_id)


def test_an_edited_router_takes_another_way(bench: FlowBench):
    """What was not run then is run now."""
    source = bench.run(FLOW, inputs=STATE)
    done = fork(bench, source, outputs={"route": "short"})
    assert (done.output, bench.crewai.calls) == ("aside done", {"search": 1, "aside": 1})


def test_an_edited_router_takes_a_way_that_there_is(bench: FlowBench):
    """Anything else would end the flow there, without a word."""
    source = bench.run(FLOW, inputs=STATE)
    with pytest.raises(InputsError, match="'shrot', which is not among its outcomes"):
        fork(bench, source, outputs={"route": "shrot"})


def test_another_state_runs_again_what_reads_it(bench: FlowBench):
    """Directly or not; crews whose inputs do not change are not paid."""
    source = bench.run(FLOW, inputs=STATE)
    done = fork(bench, source, inputs={"topic": "coffee"})
    assert done.output == "search done, search done on coffee"
    assert reused(bench, done) >= {"find", "side"}
    assert done.usage.model_calls == 0


def test_what_failed_may_be_written_by_a_person(bench: FlowBench):
    """A step that never came to an end can be given an output."""
    bench.crewai.answers = {"search": ValueError("broken")}
    source = bench.run(FLOW, inputs=STATE)
    assert source.status is S.FAILED
    done = fork(bench, source, outputs={"find": "by hand"})
    assert done.output == "by hand, by hand on tea"


def test_a_crew_that_was_not_over_goes_on_within(bench: FlowBench):
    """What its finished tasks have cost is not paid again, at any depth; from the step itself all is."""
    inner = flow(deep={"start": True, "do": ["three", "four"]})
    made = flow(
        {"topic": "tea"},
        crew={"start": True, "do": ["one", "two"]},
        nested={"start": True, "do": {"call": "flow", "with": inner}},
        end={"listen": {"and": ["crew", "nested"]}, "do": "state.topic"},
    )
    bench.crewai.answers = {"two": [ValueError("broken"), "two"], "four": [ValueError("broken"), "four"]}
    source = bench.run(made, inputs={"topic": "tea"})
    assert source.status is S.FAILED
    done = fork(bench, source, inputs={"topic": "coffee"})
    assert (done.output, bench.crewai.calls) == ("coffee", {"one": 1, "two": 2, "three": 1, "four": 2})
    again = fork(bench, source, from_step="crew")
    assert (again.status, bench.crewai.calls) == (S.COMPLETED, {"one": 2, "two": 3, "three": 1, "four": 3})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Nothing is changed"),
        ({"from_step": "nobody"}, "no step 'nobody'"),
        ({"outputs": {"find": " "}}, "is empty"),
        ({"from_step": "find", "outputs": {"find": "x"}}, "edited and run again"),
    ],
)
def test_what_makes_no_sense_is_refused(bench: FlowBench, changes: dict[str, Any], words: str):
    """With the names that there are."""
    source = bench.run(FLOW, inputs=STATE)
    with pytest.raises(InputsError, match=words):
        fork(bench, source, **changes)


def test_readers_are_found_through_the_state():
    """Who reads a field that a step writes reads that step."""
    made = parse_flow(FLOW)
    assert affected(made, {"find"}, (), ()) == {"find", "write", "at_length"}
    assert affected(made, (), {"side"}, ()) == {"briefly"}
    assert affected(made, (), (), {"kind"}) == {"route"}


def test_a_step_that_is_kept_writes_what_it_wrote_over_another_initial_state(bench: FlowBench):
    """Also where the field had that very value in the source, so that nothing changed there."""
    made = flow(
        {"best": "tea"},
        find={"start": True, "do": "'tea'", "set": {"best": "output"}},
        end={"listen": "find", "do": "state.best"},
    )
    source = bench.run(made, inputs={"best": "tea"})
    done = fork(bench, source, inputs={"best": "coffee"})
    assert (done.output, reused(bench, done)) == ("tea", {"find"})
