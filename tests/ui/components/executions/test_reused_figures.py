"""What a reused call of a step is shown to have taken."""

from __future__ import annotations

from typing import Any

from crewlab.analysis import frames
from crewlab.errors import ExecutionNotFoundError
from crewlab.executions.steps import StepRun
from crewlab.executions.usage import Usage
from crewlab.ui.components.executions.reused_figures import made_by_others, with_figures, with_rows_of

PAID = Usage(model_calls=2, input_tokens=70, output_tokens=9, cost_usd=0.25)


def call(attempt: int, status: str = "completed", execution_id: str = "e", **fields: Any) -> StepRun:
    named = {"execution_id": execution_id, "step": "write", "call_number": 1, "step_index": 0, "kind": "agent"}
    return StepRun.model_validate({**named, "attempt": attempt, "status": status, **fields})


def made(attempt: int, **fields: Any) -> StepRun:
    return call(attempt, duration_seconds=3.5, usage=PAID, **fields)


def test_a_reused_call_shows_what_the_call_that_made_its_output_took():
    """Of the attempt that it names, in its row as in its detail."""
    reused = call(3, "reused", reused_from_attempt=1, duration_seconds=0.0)
    (shown,) = with_figures([reused], [made(1), call(2, "reused", reused_from_attempt=1)])
    assert (shown.status, shown.duration_seconds, shown.usage) == ("reused", 3.5, PAID)
    frame = frames.empty("steps").reindex(range(1)).assign(step=["write"], model_calls=[0])
    row = with_rows_of(frame.astype({"model_calls": "Int64"}), [shown]).iloc[0]
    assert (row["duration_seconds"], row["model_calls"], row["cost_usd"]) == (3.5, 2, 0.25)
    assert frame.loc[0, "model_calls"] == 0  # the download counts nothing twice


def test_a_call_that_was_made_keeps_its_own_figures():
    """Only what is reused is shown with figures of another call; what a person wrote took nothing."""
    own = made(2)
    edited = call(2, "reused", reused_from_attempt=1, is_edited=True)
    assert with_figures([own, edited], [call(1, duration_seconds=9.0, usage=PAID)]) == [own, edited]


def test_the_figures_of_a_fork_are_those_of_its_source():
    """The source may be deleted: then nothing is known."""

    class Records:
        def steps(self, name: str) -> list[StepRun]:
            if name == "gone":
                raise ExecutionNotFoundError(name)
            return [made(2, execution_id=name)]

    forked = [call(1, "reused", reused_from_attempt=2, reused_from_execution_id=name) for name in ("source", "gone")]
    shown = with_figures(forked, [made(2), *made_by_others(Records(), forked)])  # type: ignore[arg-type]  # it reads steps alone
    assert [one.usage.model_calls for one in shown] == [2, 0]
