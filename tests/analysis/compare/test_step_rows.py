"""Steps of flows in comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crewlab.analysis.compare import with_steps
from crewlab.definitions.lining_up import line_up_steps
from crewlab.executions.events import StepCompleted, StepStarted
from crewlab.executions.execution import Move, NewExecution
from crewlab.executions.status import ExecutionStatus
from crewlab.lab import Lab
from tests.factories import finished_execution, running_execution

COUNT = {"start": True, "do": {"call": "expression", "expr": "state.n + 1"}}


@pytest.fixture
def lab(data: Path) -> Iterator[Lab]:
    """A lab over a folder of its own."""
    with Lab.open(data) as opened:
        yield opened


def _flow(lab: Lab, outputs: dict[str, Any], **steps: Any) -> NewExecution:
    """A flow of `steps` that is over."""
    crew = {"name": "sums", "methods": steps, "tasks": []}
    flow = running_execution(lab.store, crew=crew, kind="flow", origin="foreground", owner=lab.settings.owner)
    for place, (step, output) in enumerate(outputs.items()):
        named = {"execution_id": flow.execution_id, "task_name": step, "step": step, "step_index": place}
        lab.store.events.append([
            StepStarted(**named, step_kind="crew"),
            StepCompleted(**named, step_kind="crew", output=output),
        ])  # fmt: skip
    move = Move(execution_id=flow.execution_id, attempt=1, status=ExecutionStatus.COMPLETED, output="x")
    assert lab.store.executions.move(move).result()
    return flow


def test_steps_are_compared_like_tasks(lab: Lab):
    """A line for each step, a renamed one recognised; outputs are what a crew wrote, or JSON."""
    one = _flow(lab, {"seed": {"raw": "Tea *sells*."}, "rows[0].x": 1, "rows": [1]}, seed=COUNT, rows={"do": {}})
    other = _flow(lab, {"begin": "text", "rows": [2]}, begin=COUNT, rows={"do": {}})
    comparison = lab.compare([one.execution_id, other.execution_id])
    assert comparison.part == "step"
    table = comparison.tasks()
    assert table["task"].tolist() == ["seed", "seed", "rows", "rows"]
    assert table["task_name"].tolist() == ["seed", "begin", "rows", "rows"]
    assert table["presence"].tolist() == ["baseline", "renamed", "baseline", "same"]
    assert table["output"].tolist() == ["Tea *sells*.", "text", "[1]", "[2]"]
    assert table["agent"].dropna().unique().tolist() == ["crew"]


def test_a_crew_and_a_flow_stand_side_by_side(lab: Lab):
    """Each with what it has: tasks here, steps there; the frames keep their columns and types."""
    flow = _flow(lab, {"seed": 2}, seed=COUNT)
    crew = finished_execution(lab.store, origin="foreground", owner=lab.settings.owner)
    table = lab.compare([crew.execution_id, flow.execution_id]).tasks()
    assert set(table["presence"]) >= {"removed", "added"}
    ids = [crew.execution_id, flow.execution_id]
    tasks = lab.tasks_df(execution_ids=ids)
    both = with_steps(tasks, lab.steps_df(execution_ids=ids))
    assert both.dtypes.equals(tasks.dtypes)
    assert len(both) == len(tasks) + 1


def test_documents_of_any_kind_are_lined_up():
    """Steps by their names, then by what they do; nothing of a document is taken for granted."""
    assert line_up_steps({"methods": {"a": COUNT}}, {"methods": {"b": COUNT}}) == [("a", "b")]
    assert line_up_steps({"methods": 7}, {"methods": {"a": 1, "b": COUNT}}) == [(None, "b")]
