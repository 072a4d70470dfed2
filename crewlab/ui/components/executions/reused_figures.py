"""What was recorded of the calls whose outputs stand in for calls of the newest attempt of a flow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from crewlab.errors import CrewLabError
from crewlab.ui.components.executions.task_lines import USAGE

if TYPE_CHECKING:
    import pandas as pd

    from crewlab.executions.steps import StepRun
    from crewlab.lab import Lab

NOTE = (
    "A reused row shows the duration and the usage of the call that made its output, as recorded in the attempt that "
    "the row names. That was paid then, and is not counted again."
)


def made_by_others(lab: Lab, steps: Iterable[StepRun]) -> list[StepRun]:
    """The calls of the executions that paid for outputs of these; of one that was deleted nothing is known."""
    found: list[StepRun] = []
    for name in sorted({step.reused_from_execution_id for step in steps if step.reused_from_execution_id}):
        try:
            found += lab.steps(name)
        except CrewLabError:
            continue
    return found


def with_figures(steps: Iterable[StepRun], known: Iterable[StepRun]) -> list[StepRun]:
    """These calls; a reused one with the duration and the usage of the call among the `known` that made its output."""
    made = {(one.execution_id, one.attempt, one.step, one.call_number): one for one in known if one.status != "reused"}
    return [_with_those_of(step, made) for step in steps]


def _with_those_of(step: StepRun, made: dict[tuple[str, int, str, int], StepRun]) -> StepRun:
    """An output that a person wrote for a fork took nothing, whatever the call took that it replaces."""
    if step.status != "reused" or step.is_edited or step.reused_from_attempt is None:
        return step
    payer = step.reused_from_execution_id or step.execution_id
    source = made.get((payer, step.reused_from_attempt, step.step, step.call_number))
    if source is None:
        return step
    return step.model_copy(update={"duration_seconds": source.duration_seconds, "usage": source.usage})


def with_rows_of(frame: pd.DataFrame, steps: Sequence[StepRun]) -> pd.DataFrame:
    """The rows of these steps, in the same order, reused ones with the figures that the steps bear."""
    shown = frame.copy()
    for row, step in enumerate(steps):
        if step.status == "reused":
            figures = {"duration_seconds": step.duration_seconds, **{name: getattr(step.usage, name) for name in USAGE}}
            for name, value in figures.items():
                shown.loc[row, name] = value
    return shown
