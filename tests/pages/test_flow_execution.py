"""The page of an execution of a flow, and of what it ran."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.errors import GuardrailError
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import StepCompleted, StepFailed, StepInput, StepReused, StepStarted
from crewlab.executions.execution import Execution, Move
from crewlab.executions.status import ExecutionStatus
from crewlab.lab import Lab
from crewlab.ui.components.executions.flow_tree import step_paths
from crewlab.ui.components.executions.state_view import state_after
from tests.factories import Work, child_of, run_to_end, running_execution, running_flow, step_events
from tests.pages.conftest import texts

pytestmark = pytest.mark.usefixtures("idle_engine")
TOPIC = StepInput(name="topic", value="tea", source="${state.topic}")


def _move(lab: Lab, execution_id: str, status: ExecutionStatus) -> None:
    assert lab.store.executions.move(Move(execution_id=execution_id, attempt=1, status=status)).result()


def _child(lab: Lab, flow: Any, step: str, **fields: Any) -> Execution:
    claim = lab.store.executions.begin_child(child_of(flow, step, **fields)).stored.result()
    assert claim is not None
    return claim.execution


@pytest.fixture
def tree(lab) -> tuple[Execution, Execution, Execution]:
    """A flow whose steps ran a crew, a flow with a crew of its own, wrote into the state, and failed."""
    flow = running_flow(lab.store, inputs={"topic": "tea", "best": None})
    crew, nested = _child(lab, flow, "research"), _child(lab, flow, "side", kind="flow", definition_name="nested")
    inner = _child(lab, nested, "deep", definition_name="inner")
    named = {"execution_id": flow.execution_id, "step": "research", "task_name": "research", "step_kind": "crew"}
    crew_part = {**named, "child_execution_id": crew.execution_id}
    broken = {**named, "step": "write", "task_name": "write", "step_kind": "agent", "step_index": 1}
    error = ErrorReport.from_exception(GuardrailError("It names no source.", "Ask for sources."))
    lab.store.events.append([
        StepStarted(**crew_part, inputs=(TOPIC, StepInput(name="year", value=2026))),
        StepCompleted(**crew_part, output={"raw": "Tea *sells*.", "json_dict": None}, outcome="good"),
        *step_events(flow.execution_id, "keep", writes={"best": "tea"}),
        StepFailed(**broken, error=error, outcome="repair"),
    ])  # fmt: skip
    for one in (crew, nested, inner):
        _move(lab, one.execution_id, ExecutionStatus.RUNNING)
    for one in (crew, inner):
        run_to_end(lab.store, one, [Work("research", input_tokens=70, model_calls=1, tool_calls=1)])
    for one in (nested, flow):
        _move(lab, one.execution_id, ExecutionStatus.COMPLETED)
    return lab.execution(flow.execution_id), crew, inner


def show(open_page, execution_id: str, tab: str):
    """Open the page of an execution at one of its tabs."""
    app = open_page("execution", id=execution_id)
    label = next(one.label for one in app.tabs if tab in one.label)
    app.session_state["execution.tabs.flow"] = label
    app.run()
    assert not app.exception
    return app


def choose(app, key: str, row: int):
    """Click a row of a table."""
    app.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    app.run()
    assert not app.exception
    return app


def show_step(open_page, execution_id: str, step: str):
    """The step of this name in full."""
    app = show(open_page, execution_id, "Steps")
    table = next(table.value for table in app.dataframe if "outcome" in table.value)
    return choose(app, "steps.table", table["step"].tolist().index(step))


def test_a_step_shows_what_it_was_given_and_from_where(open_page, tree):
    """Value and source of each input, outcome, output, and the way to the execution that did it."""
    flow, crew, _ = tree
    app = show_step(open_page, flow.execution_id, "research")
    inputs = next(table.value for table in app.dataframe if "source" in table.value)
    assert inputs.to_numpy().tolist() == [["topic", "tea", "state.topic"], ["year", "2026", "constant"]]
    said = texts(app)
    assert "research" in said
    assert "alt_route: good" in said
    assert "Tea *sells*." in said
    (opened,) = [link for link in app.page_link if link.value == "Open its crew"]
    assert opened.proto.query_string == f"id={crew.execution_id}"
    assert [metric.label for metric in app.metric][1] == "Steps"


def test_a_step_that_failed_says_why_and_where_the_flow_went_on(open_page, tree):
    """The error with its hint, and the outcome that it led to."""
    flow, _, _ = tree
    app = show_step(open_page, flow.execution_id, "write")
    assert "It names no source." in texts(app)
    assert "alt_route: repair" in texts(app)


def test_the_state_is_shown_as_it_was_after_each_write(open_page, tree):
    """Every write with its step; the state now, and at a chosen moment."""
    flow, _, _ = tree
    app = show(open_page, flow.execution_id, "State")
    assert "The state now" in texts(app)
    assert '"best": "tea"' in app.json[0].value or '"best":"tea"' in app.json[0].value
    assert "The state after keep wrote best" in texts(choose(app, "state.table", 0))


def test_a_child_leads_back_to_its_flows(open_page, lab, tree):
    """Each flow above it with the step between, from the one that was launched."""
    flow, _, inner = tree
    app = open_page("execution", id=inner.execution_id)
    above = [link.value for link in app.page_link if "account_tree" in (link.proto.icon or "")]
    assert above == [flow.definition_name, "nested"]
    assert "step side" in texts(app)
    assert "step deep" in texts(app)
    assert "Child executions" not in "".join(tab.label for tab in app.tabs)


def test_a_part_of_a_flow_goes_on_and_stops_with_it(open_page, lab):
    """Its page offers neither *Cancel* while it runs nor *Resume* when it did not get to its end."""
    flow = running_flow(lab.store)
    child = _child(lab, flow, "research")
    _move(lab, child.execution_id, ExecutionStatus.RUNNING)
    app = open_page("execution", id=child.execution_id)
    assert "cancelled with that" in texts(app)
    _move(lab, child.execution_id, ExecutionStatus.FAILED)
    shown = [button.label for button in open_page("execution", id=child.execution_id).button]
    assert "Rerun" in shown
    assert not {"Cancel", "Resume"} & set(shown)


def test_children_are_listed_with_their_steps(open_page, tree):
    """What the flow itself ran; what its nested flow ran is found there."""
    flow, _, _ = tree
    app = show(open_page, flow.execution_id, "Child executions")
    table = app.dataframe[0].value
    assert table["step"].tolist() == ["research", "side"]
    assert table["kind"].tolist() == ["crew", "flow"]


def test_calls_of_a_flow_are_those_of_everything_it_ran(open_page, lab, tree):
    """Each call with the steps that lead to it, at any depth."""
    flow, _, _ = tree
    app = show(open_page, flow.execution_id, "Model calls")
    assert sorted(app.dataframe[0].value["step"]) == ["research", "side › deep"]
    app = show(open_page, flow.execution_id, "Log")
    assert {"research", "side › deep"} <= set(app.dataframe[0].value["step"].dropna())
    app = show(open_page, flow.execution_id, "Timeline")
    assert "Nothing has started yet" not in texts(app)
    assert set(step_paths(lab, flow).values()) == {(), ("research",), ("side",), ("side", "deep")}


def test_the_snapshot_shows_the_initial_state(open_page, tree):
    """Values that are no text are JSON."""
    flow, _, _ = tree
    app = show(open_page, flow.execution_id, "Inputs and snapshot")
    assert "Initial state" in texts(app)
    assert app.table[0].value.to_numpy().tolist() == [["tea"], ["null"]]


def test_the_list_shows_what_was_launched_and_its_kind(open_page, tree):
    """Children are part of their flow; the address can ask for one kind."""
    table = open_page("executions").dataframe[0].value
    assert table["kind"].tolist() == ["flow"]
    app = open_page("executions", kind="crew")
    assert "No execution matches these filters." in texts(app)


def test_the_state_after_some_writes():
    """Later writes win, and what nobody wrote stays."""
    write = type("Write", (), {"field": "a", "after": 2})()
    assert state_after({"a": 1, "b": 1}, [write]) == {"a": 2, "b": 1}


def test_flows_are_compared_step_by_step(open_page, lab):
    """Numbers and outputs of each step side by side, on a tab that says so."""
    ids = []
    for output in ("good", "better"):
        crew = {"name": "brief", "methods": {"seed": {"start": True}}, "tasks": []}
        flow = running_execution(lab.store, crew=crew, kind="flow", origin="foreground")
        lab.store.events.append(step_events(flow.execution_id, "seed", output=output))
        _move(lab, flow.execution_id, ExecutionStatus.COMPLETED)
        ids.append(flow.execution_id)
    app = open_page("compare", executions=",".join(ids))
    app.session_state["compare.tabs"] = next(tab.label for tab in app.tabs if "Steps" in tab.label)
    app.run()
    assert not app.exception
    assert "Duration per step" in texts(app)
    assert any("task" in table.value and table.value["task"].tolist() == ["seed"] for table in app.dataframe)


def test_a_reused_step_shows_what_it_took_when_it_was_made(open_page, lab):
    """After an answer the newest attempt reuses what came before; the total counts it once all the same."""
    flow = running_flow(lab.store)
    named = {"execution_id": flow.execution_id, "step": "write", "task_name": "write", "step_kind": "expression"}
    lab.store.events.append([
        *step_events(flow.execution_id, "write"),
        StepReused(**named, attempt=2, from_attempt=1, output="done"),
    ])  # fmt: skip
    _move(lab, flow.execution_id, ExecutionStatus.COMPLETED)
    took = next(step.duration_seconds for step in lab.steps(flow.execution_id) if step.attempt == 1)
    app = show(open_page, flow.execution_id, "Steps")
    table = next(table.value for table in app.dataframe if "reused_from_attempt" in table.value)
    assert table[["reused_from_attempt", "duration_seconds"]].to_numpy().tolist() == [[1, took]]
    assert "is not counted again" in texts(app)
    assert "in attempt 1" in texts(app)
