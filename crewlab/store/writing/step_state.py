"""What the writer knows about a call of a step while it may still change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from crewlab.executions.usage import Usage
from crewlab.store.tables import STEP, USAGE

_fields = attrgetter(*(name for name in STEP if name not in USAGE))
_usage_fields = attrgetter(*USAGE)
NO_USAGE = Usage()

Call = tuple[str, int]
"""A step, and which of its calls."""


@dataclass
class StepState:
    """One row of `steps`, with the same names."""

    execution_id: str
    attempt: int
    step: str
    call_number: int
    step_index: int
    kind: str
    status: str = "running"
    trigger: str | None = None
    inputs: str | None = None
    output: str | None = None
    outcome: str | None = None
    child_execution_id: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    end_sequence: int | None = None
    error: str | None = None
    reused_from_attempt: int | None = None
    reused_from_execution_id: str | None = None
    is_edited: bool | None = None
    usage: Usage = NO_USAGE
    is_stored: bool = False
    """Whether the row is in the table; a transaction that fails takes the whole state with it."""

    @property
    def call(self) -> Call:
        return (self.step, self.call_number)

    def row(self) -> tuple[Any, ...]:
        """The row, in the order of `tables.STEP`."""
        return (*_fields(self), *_usage_fields(self.usage))


def step_from(values: Sequence[Any]) -> StepState:
    """A call as it is stored, from the columns `tables.STEP`."""
    row = dict(zip(STEP, values, strict=True))
    usage = Usage(**{name: row.pop(name) for name in USAGE})
    return StepState(usage=usage, is_stored=True, **row)
