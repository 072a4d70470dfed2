"""The steps of a flow as they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events.steps import StepInput, StepKind
from crewlab.executions.status import ExecutionStatus
from crewlab.executions.usage import Usage

StepStatus = Literal["running", "completed", "failed", "cancelled", "reused", "parked", "interrupted"]


class StepRun(BaseModel):
    """One call of one step in one attempt of a flow."""

    model_config = ConfigDict(frozen=True)

    execution_id: str
    attempt: int
    step: str
    call_number: int
    step_index: int
    """Place of the step in the document, from 0."""
    kind: StepKind
    status: StepStatus
    trigger: tuple[str, ...] = ()
    """The steps and outcomes that it waited for."""
    inputs: tuple[StepInput, ...] = ()
    output: Any = None
    outcome: str | None = None
    """The event that it raised besides its own name; on a failure, where its `on_error` leads."""
    child_execution_id: str | None = None
    """The execution that ran its crew or its flow."""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    duration_seconds: float | None = None
    error: ErrorReport | None = None
    reused_from_attempt: int | None = None
    reused_from_execution_id: str | None = None
    is_edited: bool = False
    usage: Usage = Usage()


class StateWrite(BaseModel):
    """A field of the state of a flow that a step has written."""

    model_config = ConfigDict(frozen=True)

    execution_id: str
    attempt: int
    sequence: int
    occurred_at: datetime
    step: str
    call_number: int
    field: str
    before: Any = None
    after: Any = None


class FinishedStep(BaseModel):
    """A call of a step that need not be made again, to be replayed by the next attempt or by a fork."""

    model_config = ConfigDict(frozen=True)

    step: str
    call_number: int
    attempt: int
    """The attempt that paid for it."""
    execution_id: str | None = None
    """The execution that paid for it, when it is another one."""
    is_edited: bool = False
    output: Any = None
    outcome: str | None = None
    error: ErrorReport | None = None
    """It failed, and the flow went on from its `outcome`."""
    child_execution_id: str | None = None
    writes: dict[str, Any] = {}
    """The fields of the state that it wrote, and their values."""
    is_begun: bool = False
    """It was not over: it is made, and what its `child_execution_id` has finished is not paid for again."""


class OpenChild(BaseModel):
    """The execution of a call that was not over."""

    model_config = ConfigDict(frozen=True)

    execution_id: str
    status: ExecutionStatus
    is_of_source: bool = False
    """Whether it is a part of the execution that was forked: it only lends what it has finished."""

    @property
    def lends(self) -> bool:
        """Whether another execution takes its place, with what it has finished."""
        return self.is_of_source or self.status is ExecutionStatus.COMPLETED


class FlowHistory(BaseModel):
    """What earlier attempts of a flow left: calls that are over, in the order in which they ended, and open ones."""

    model_config = ConfigDict(frozen=True)

    finished: tuple[FinishedStep, ...] = ()
    children: dict[str, OpenChild] = {}
    """By `step#call_number`: the next attempt goes on inside them."""
    items: dict[str, Any] = {}
    """What a call that was not over goes through for each, by `step#call_number`."""

    @classmethod
    def given(cls, steps: Iterable[FinishedStep]) -> FlowHistory:
        """What a fork begins with."""
        over, begun = [], {}
        for step in steps:
            if step.is_begun and step.child_execution_id is not None:
                child = OpenChild(
                    execution_id=step.child_execution_id, status=ExecutionStatus.INTERRUPTED, is_of_source=True
                )
                begun[call_key(step.step, step.call_number)] = child
            elif not step.is_begun:
                over.append(step)
        return cls(finished=tuple(over), children=begun)


_CALLS = 100_000


def question_index(step_index: int, call_number: int) -> int:
    """Stands for the index of a task in what a step asks a person: one number for each call of each step."""
    return step_index * _CALLS + call_number


def call_key(step: str, call_number: int) -> str:
    """What names one call of one step in `FlowHistory.children`."""
    return f"{step}#{call_number}"


def begun_steps(children: Mapping[str, OpenChild], execution_id: str) -> list[FinishedStep]:
    """Calls that an execution has begun and not finished, for another one that takes its place.

    `children` are those of its `FlowHistory`.
    """
    begun = []
    for key, child in children.items():
        step, _, number = key.rpartition("#")
        begun.append(
            FinishedStep(
                step=step,
                call_number=int(number),
                attempt=1,
                execution_id=execution_id,
                child_execution_id=child.execution_id,
                is_begun=True,
            )
        )
    return begun
