"""The home that takes secrets out of everything before it is kept."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from crewlab.engine.homes.masked import MaskedHome
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import TaskStarted
from crewlab.executions.execution import Begun, Move, NewExecution
from crewlab.executions.launch import LaunchOptions
from crewlab.secrets.keys import Keys
from crewlab.secrets.redactor import MASK, Redactor

SECRET = "sk-0123456789abcdef"


class Kept:
    """A home that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def record(self, event: Any) -> None:
        self.told.append(event)

    def move(self, move: Move, *, is_urgent: bool = True) -> Future[bool]:
        self.told.append(move)
        return Future()

    def begin_child(self, execution: NewExecution, like: str | None) -> Begun:
        self.told.append(execution)
        return Begun(Future(), Future())


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


def test_what_a_flow_gives_to_its_parts_is_kept_without_secrets():
    """Inputs, and texts for tasks: an agent or a tool of an earlier step may have told a secret."""
    keys, kept = Keys({}), Kept()
    keys.remember("A_KEY", SECRET)
    options = LaunchOptions(context={"write": (f"told {SECRET}",)})
    part = NewExecution(
        execution_id="c",
        owner="o",
        definition_name="d",
        content_hash="0",
        document={},
        inputs={"topic": {"key": SECRET}},
        options=options,
    )
    MaskedHome(kept, Redactor(keys)).begin_child(part, None)
    assert kept.told[0].inputs == {"topic": {"key": MASK}}
    assert kept.told[0].options.context == {"write": (f"told {MASK}",)}
