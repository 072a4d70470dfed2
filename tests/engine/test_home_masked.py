"""The home that takes secrets out of everything before it is kept."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from crewlab.engine.home_masked import MaskedHome
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import TaskStarted
from crewlab.executions.execution import Move
from crewlab.secrets.keys import Keys
from crewlab.secrets.redactor import MASK, Redactor

SECRET = "sk-0123456789abcdef"


class Kept:
    """A home that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def record(self, event: Any) -> None:
        self.told.append(event)

    def move(self, move: Move) -> Future[bool]:
        self.told.append(move)
        return Future()


def test_events_and_moves_are_kept_without_secrets():
    """Outputs, messages and error reports with their tracebacks."""
    keys, kept = Keys({}), Kept()
    keys.remember("A_KEY", SECRET)
    home = MaskedHome(kept, Redactor(keys))
    error = ErrorReport(type="E", title="t", message=f"bad {SECRET}", traceback=SECRET)
    home.record(TaskStarted(execution_id="e", task_index=0, description=SECRET))
    home.move(Move(execution_id="e", attempt=1, status="failed", message=SECRET, output=SECRET, error=error))
    assert kept.told[0].description == MASK
    assert (kept.told[1].message, kept.told[1].output) == (MASK, MASK)
    assert kept.told[1].error == error.model_copy(update={"message": f"bad {MASK}", "traceback": MASK})
