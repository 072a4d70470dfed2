"""What a flow tells its home about its steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crewlab.engine.recorder import Recorder
from crewlab.engine.work import Result
from crewlab.errors import CrewLabError, StepFailedError
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import (
    MemorySaveFailed,
    PersonAsked,
    RouteTaken,
    StateChange,
    StateChanged,
    StepCancelled,
    StepCompleted,
    StepEnded,
    StepFailed,
    StepInput,
    StepKind,
    StepParked,
    StepReused,
    StepStarted,
    TurnsKept,
)
from crewlab.executions.steps import FinishedStep, question_index

_MOST_SHOWN = 400
"""Characters of the outcomes that a step declares, in a line of the log."""


@dataclass
class OpenCall:
    """A call of a step, or of a step within each, that has begun or is about to."""

    name: str
    number: int
    index: int
    kind: StepKind
    trigger: tuple[str, ...] = ()
    is_inner: bool = False
    """Within each: it is no step of the flow itself, and does not count as one."""
    child_id: str | None = None
    waits_on: set[str] = field(default_factory=set)
    """Executions within each that wait for a person."""
    started_at: datetime | None = None
    asks_again: bool = False
    """Whether it failed for what a person said of its output."""

    @property
    def title(self) -> str:
        return self.name if self.number == 1 else f"{self.name} (call {self.number})"


class StepRecords:
    """Writes the events of steps, and counts those that are done."""

    def __init__(self, recorder: Recorder, steps_count: int, *, quiet: bool = False) -> None:
        """`quiet` is for a flow whose log tells of steps as of details only; failures are told anyway."""
        self._recorder = recorder
        self._level = {"level": "debug"} if quiet else {}
        self._done: set[str] = set()
        self._open: dict[int, OpenCall] = {}
        recorder.tasks_total, recorder.parts = steps_count, "steps"

    def started(self, call: OpenCall, inputs: tuple[StepInput, ...] = (), child_id: str | None = None) -> None:
        call.child_id = child_id
        event = self._recorder.send(
            StepStarted,
            call.name,
            None,
            f"{call.title}: started",
            step=call.name,
            call_number=call.number,
            step_kind=call.kind,
            step_index=call.index,
            trigger=call.trigger,
            inputs=inputs,
            child_execution_id=child_id,
            **self._level,
        )
        call.started_at = event.occurred_at
        self._open[id(call)] = call

    def completed(self, call: OpenCall, output: Any, outcome: str | None = None) -> None:
        self._count(call)
        self._end(StepCompleted, call, "completed", output=output, outcome=outcome)

    def failed(self, call: OpenCall, report: ErrorReport, outcome: str | None = None) -> None:
        routed = f", goes on with {outcome}" if outcome is not None else ""
        if outcome is not None:
            self._count(call)
        self._end(
            StepFailed,
            call,
            f"failed{routed}: {report.message}",
            error=report,
            outcome=outcome,
            asks_again=call.asks_again,
        )

    def parked(self, call: OpenCall, output: Any = None, question_id: str | None = None) -> None:
        self._end(StepParked, call, "waits for a person", output=output, question_id=question_id)

    def person_asked(
        self, call: OpenCall, prompt: str, result: Result, value: Any, outcomes: tuple[str, ...], question_id: str
    ) -> None:
        self._recorder.send(
            PersonAsked,
            call.name,
            None,
            f"{call.title}: a person is asked",
            task_index=question_index(call.index, call.number),
            question_id=question_id,
            prompt=prompt,
            output=result.output,
            output_json={"value": value},
            on_timeout="accept",
            outcomes=outcomes,
        )

    def lessons_failed(self, call: OpenCall, error: CrewLabError) -> None:
        report = ErrorReport.from_exception(error, task_name=call.name)
        message = f"{call.title}: nothing was learned: {error.message}"
        self._recorder.send(MemorySaveFailed, call.name, None, message, error=report)

    def nothing_published(self, error: CrewLabError) -> None:
        message = f"what was learned stays with this execution: {error.message}"
        self._recorder.send(MemorySaveFailed, None, None, message, error=ErrorReport.from_exception(error))

    def kept(self, call: OpenCall) -> None:
        """Count a call of an earlier attempt of a conversation; `turns_kept` tells of all of them."""
        self._count(call)

    def turns_kept(self, calls: int) -> None:
        message = f"Goes on with the conversation: {calls} calls of steps are done, and are not paid again"
        self._recorder.send(TurnsKept, None, None, message, calls=calls, **self._level)

    def reused(self, call: OpenCall, finished: FinishedStep) -> None:
        self._count(call)
        where = f" of execution {finished.execution_id}" if finished.execution_id else ""
        said = "an edited output stands in" if finished.is_edited else f"reused from attempt {finished.attempt}{where}"
        call.child_id = finished.child_execution_id
        self._end(
            StepReused,
            call,
            said,
            output=finished.output,
            outcome=finished.outcome,
            error=finished.error,
            from_attempt=finished.attempt,
            from_execution_id=finished.execution_id,
            is_edited=finished.is_edited,
        )

    def route_taken(self, call: OpenCall, outcome: str, declared: Sequence[str], *, is_heard: bool) -> None:
        """Which way a flow goes, and what its author may not have meant. None `declared`: the step may take any."""
        doubt = "" if is_heard else ", which no step listens to"
        if is_heard and declared and outcome not in declared:
            doubt = f", which is heard, but not among its outcomes: {', '.join(declared)[:_MOST_SHOWN]}"
        self._recorder.send(
            RouteTaken,
            call.name,
            None,
            f"{call.title}: takes {outcome}{doubt}",
            **({"level": "warning"} if doubt else self._level),
            step=call.name,
            call_number=call.number,
            outcome=outcome,
        )

    def state_changed(self, call: OpenCall, changes: tuple[StateChange, ...]) -> None:
        if changes:
            names = ", ".join(change.field for change in changes)
            message = f"{call.title}: writes {names}"
            self._recorder.send(
                StateChanged,
                call.name,
                None,
                message,
                step=call.name,
                call_number=call.number,
                changes=changes,
                **self._level,
            )

    def end_open(self) -> None:
        """Whatever has begun and is not over was stopped by something else."""
        for call in list(self._open.values()):
            self._end(StepCancelled, call, "stopped before it was done")

    def _count(self, call: OpenCall) -> None:
        if not call.is_inner:
            self._done.add(call.name)
            self._recorder.tasks_done = len(self._done)

    def _end(self, kind: type[StepEnded], call: OpenCall, said: str, **fields: Any) -> None:
        self._open.pop(id(call), None)
        self._recorder.send(
            kind,
            call.name,
            None,
            f"{call.title}: {said}",
            step=call.name,
            call_number=call.number,
            step_kind=call.kind,
            step_index=call.index,
            started_at=call.started_at,
            child_execution_id=call.child_id,
            tasks_done=self._recorder.tasks_done,
            tasks_total=self._recorder.tasks_total,
            **({} if kind in (StepFailed, StepCancelled) else self._level),
            **fields,
        )


def report_of(error: BaseException, step: str) -> ErrorReport:
    """Why a step failed: what failed inside of it has said so already."""
    if isinstance(error, StepFailedError) and isinstance(error.report, ErrorReport):
        return error.report.model_copy(update={"task_name": step, "message": error.message})
    return ErrorReport.from_exception(error, task_name=step)
