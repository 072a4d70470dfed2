"""Steps that do something for every item: in order, some at once, and never paid twice."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from crewlab.bridge.contract import BuildRequest
from crewlab.errors import ModelCallError
from crewlab.executions.status import ExecutionStatus as S
from tests.engine import fakes
from tests.engine.fakes import Meeting
from tests.engine.flows.conftest import FlowBench, flow


def each(*do: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"call": "each", "in": "state.rows", "do": list(do), **fields}


def expression(name: str, expr: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "action": {"call": "expression", "expr": expr}, **fields}


def crew(name: str = "work") -> dict[str, Any]:
    """A step within each whose crew is told its item."""
    document = fakes.document(fakes.task("look", description="Look at {item}"))
    return {"name": name, "action": {"call": "crew", "with": document, "inputs": {"item": "${item}"}}}


def run(bench: FlowBench, action: dict[str, Any], rows: list[Any]) -> Any:
    return bench.run(flow(rows={"start": True, "do": action}), inputs={"rows": rows})


def test_each_gives_the_last_output_of_every_item(bench: FlowBench):
    """`if` leaves a step out; where all are left out there is nothing."""
    action = each(
        expression("sq", "item * item", **{"if": "item > 1"}),
        expression("more", "outputs.sq + 100", **{"if": "item > 2"}),
    )
    assert run(bench, action, [1, 2, 3]).output_json == [None, 4, 109]
    assert run(bench, action, []).output_json == []


def test_inner_outputs_hide_those_of_the_flow(bench: FlowBench):
    """And only for their own item."""
    made = flow(
        sq={"start": True, "do": "'outer'"},
        rows={"listen": "sq", "do": each(expression("first", "outputs.sq"), expression("sq", "outputs.first + item"))},
    )
    assert bench.run(made, inputs={"rows": ["a", "b"]}).output_json == ["outera", "outerb"]


def test_items_run_at_once_as_far_as_is_said(bench: FlowBench):
    """Each in an execution of its own."""
    bench.crewai.answers = {"look": Meeting(3)}
    done = run(bench, each(crew(), concurrency=3), [1, 2, 3, 4, 5, 6])
    assert bench.crewai.most_at_once == 3
    assert {child.inputs["item"] for child in bench.children(done.execution_id)} == {1, 2, 3, 4, 5, 6}


def test_results_are_in_the_order_of_the_items(bench: FlowBench):
    """The first one is done after all the others."""
    first: Future[str] = Future()

    def look(request: BuildRequest) -> Any:
        item = request.inputs["item"]
        if item == 3:
            first.set_result("1 at last")
        return first if item == 1 else str(item)

    bench.crewai.answers = {"look": look}
    done = run(bench, each(crew(), concurrency=2), [1, 2, 3])
    assert [result["raw"] for result in done.output_json] == ["1 at last", "2", "3"]


def test_what_is_no_list_and_what_is_no_choice_fails(bench: FlowBench):
    """With what was written."""
    assert "gives no list: it is text" in run(bench, each(expression("a", "1")), "text").error.message
    assert "neither true nor false" in run(bench, each(expression("a", "1", **{"if": "item"})), [1]).error.message


def test_an_expression_that_fails_says_for_which_item(bench: FlowBench):
    """By its step, the item's place in the list, and its own name; also the condition."""
    assert "rows[1].share: " in run(bench, each(expression("share", "10 / item")), [1, 0]).error.message
    asked = each(expression("first", "1", **{"if": "item > 'a'"}))
    assert "rows[0].first: " in run(bench, asked, [1]).error.message


def test_a_resume_pays_no_item_twice(bench: FlowBench):
    """Those that are over are reused, and the list is the one that was begun, whatever the state says now."""
    bench.crewai.answers = {"look": ["one", ModelCallError("Away.", ""), "two", "three"]}
    failed = run(bench, each(crew()), [1, 2, 3])
    assert (failed.status, failed.error.task_name) == (S.FAILED, "rows")
    assert [child.inputs["item"] for child in bench.children(failed.execution_id)] == [1, 2]
    done = bench.resume(failed.execution_id)
    assert [item["raw"] for item in done.output_json] == ["one", "two", "three"]
    assert bench.crewai.calls["look"] == 4
    again = {step.step: step.status for step in bench.steps(done.execution_id, 2)}
    assert again == {
        "rows": "completed",
        "rows[0].work": "reused",
        "rows[1].work": "completed",
        "rows[2].work": "completed",
    }
    assert done.tasks_done == 1
