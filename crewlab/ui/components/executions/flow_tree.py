"""A flow and everything that it ran, at any depth, as one: each execution with the steps that lead to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab

BETWEEN = " › "
StepPaths = Mapping[str, tuple[str, ...]]
"""Execution -> the steps that lead to it; none for the flow itself."""


def step_paths(lab: Lab, execution: Execution) -> StepPaths:
    """The executions within this one, itself first."""
    paths: dict[str, tuple[str, ...]] = {execution.execution_id: ()}
    pending = [execution] if execution.kind == "flow" else []
    while pending:
        flow = pending.pop(0)
        for child in lab.children(flow.execution_id):
            paths[child.execution_id] = (*paths[flow.execution_id], child.parent_step or "?")
            if child.kind == "flow":
                pending.append(child)
    return paths


def with_steps(frame: pd.DataFrame, paths: StepPaths) -> pd.DataFrame:
    """The rows of several executions with the steps that lead to each in front, by their start.

    An agent or a tool that is itself a step is told as its task; here it is told as the step.
    """
    own = [not paths.get(each) for each in frame["execution_id"]]
    steps = [
        name if is_own else BETWEEN.join(paths.get(each, ()))
        for each, name, is_own in zip(frame["execution_id"], frame["task_name"], own, strict=True)
    ]
    shown = frame.assign(step=steps)
    shown.loc[own, "task_name"] = None
    by: Any = [name for name in ("occurred_at", "started_at") if name in shown]
    return shown.sort_values(by, kind="stable").reset_index(drop=True)


def in_lanes(calls: pd.DataFrame, paths: StepPaths, steps: pd.DataFrame) -> pd.DataFrame:
    """Calls of the whole tree as calls of the steps of the flow at its top, in the attempt in which they were made."""
    begun = steps.dropna(subset="started_at").groupby("attempt")["started_at"].min().sort_index()
    lanes = [
        paths[each][0] if paths.get(each) else name
        for each, name in zip(calls["execution_id"], calls["task_name"], strict=True)
    ]
    attempts = [
        max((int(number) for number in begun.index[begun <= moment]), default=1) for moment in calls["started_at"]
    ]
    return calls.assign(task_name=lanes, attempt=attempts)
