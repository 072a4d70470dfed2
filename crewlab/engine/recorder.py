"""What one attempt tells its home: events, and what each task used."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crewlab.engine.attempt import AttemptRef
from crewlab.engine.budget import Budget
from crewlab.engine.homes.home import Home
from crewlab.errors import CrewLabError
from crewlab.executions.accounting import usage_of
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import (
    BaseEvent,
    CrewPlanned,
    GuardrailChecked,
    PersonAsked,
    TaskCancelled,
    TaskCompleted,
    TaskEnded,
    TaskFailed,
    TaskParked,
    TaskPlan,
    TaskReused,
    TaskScored,
    TaskSkipped,
    TaskStarted,
)
from crewlab.executions.execution import StoredTask
from crewlab.executions.score import Score
from crewlab.executions.usage import Usage

if TYPE_CHECKING:
    from crewlab.bridge.contract import BuiltTask, GuardrailVerdict, TaskOutcome
    from crewlab.definitions.human_input import HumanInputDocument
    from crewlab.executions.person import ParkedTask


class Recorder:
    """Passes the events of one attempt on and adds up usage by task. Safe from any thread until closed."""

    def __init__(self, home: Home, ref: AttemptRef) -> None:
        self._home, self._ref = home, ref
        self._lock = threading.Lock()
        self._usage: defaultdict[tuple[str, int | None], Usage] = defaultdict(Usage)
        self._closed = False
        self.tasks_done = 0
        self.tasks_total = 0
        self.parts = "tasks"
        """What they are: a flow has steps."""
        self.budget: Budget | None = None

    def record(self, event: BaseEvent) -> None:
        """Keep an event; what comes after the end of the attempt (from a tool that was given up) is dropped.

        Raises:
            OverBudgetError: It begins a model call that the budget has no room for.
        """
        if self._closed:
            return
        if self.budget is not None:
            self.budget.admit(event)
        usage = usage_of(event)
        if usage is not None:
            self._add((event.task_name or "", getattr(event, "step_call", None)), usage)
        self._home.record(event)
        if self.budget is not None and usage is not None:
            self.budget.count(event, usage)

    @property
    def is_over_budget(self) -> bool:
        """Whether nothing that costs may begin any more."""
        return self.budget is not None and self.budget.breach is not None

    @property
    def usage(self) -> Usage:
        """What the attempt has used so far."""
        with self._lock:
            return sum(self._usage.values(), Usage())

    def usage_of(self, name: str, call: int | None = None) -> Usage:
        """What a task, or a call of a step, has used so far."""
        with self._lock:
            return self._usage[name, call]

    def close(self) -> None:
        self._closed = True

    def _add(self, whose: tuple[str, int | None], usage: Usage) -> None:
        with self._lock:
            self._usage[whose] += usage

    def task_reused(self, task: StoredTask) -> None:
        self.tasks_done += 1
        self.send(
            TaskReused,
            task.task_name,
            task.agent,
            f"{task.task_name}: {_reused_from(task)}",
            task_index=task.task_index,
            output=task.output,
            output_json=task.output_json,
            from_attempt=task.attempt,
            from_execution_id=task.execution_id,
            is_edited=task.is_edited,
            tasks_done=self.tasks_done,
            tasks_total=self.tasks_total,
        )

    def task_started(self, task: BuiltTask, context: Iterable[str], rounds_done: int = 0) -> datetime:
        """Returns when, for the end of the task; `rounds_done` are those of its agent that earlier attempts did."""
        begins = f"goes on after round {rounds_done} of its agent" if rounds_done else "started"
        event = self.send(
            TaskStarted,
            task.name,
            task.agent,
            f"{task.name}: {begins}",
            task_index=task.index,
            description=task.description,
            expected_output=task.expected_output,
            context=tuple(context),
            rounds_done=rounds_done,
        )
        return event.occurred_at

    def crew_planned(self, plans: tuple[TaskPlan, ...], earlier: CrewPlanned | None) -> None:
        """`earlier` says who paid for the plans, if that was not this attempt."""
        count = f"{len(plans)} task{'' if len(plans) == 1 else 's'}"
        if earlier is None:
            self.send(CrewPlanned, None, None, f"planned {count}", plans=plans)
            return
        paid_by = {"from_attempt": earlier.from_attempt, "from_execution_id": earlier.from_execution_id}
        where = f" of execution {earlier.from_execution_id}" if earlier.from_execution_id else ""
        message = f"{count} planned by attempt {earlier.from_attempt}{where}"
        self.send(CrewPlanned, None, None, message, plans=plans, **paid_by)

    def guardrail_checked(self, task: BuiltTask, guardrail: str, verdict: GuardrailVerdict, retry_number: int) -> None:
        passed = "passed" if verdict.passed else f"refused: {verdict.feedback}"
        self.send(
            GuardrailChecked,
            task.name,
            task.agent,
            f"{task.name}: guardrail {passed}",
            level="info" if verdict.passed else "warning",
            task_index=task.index,
            guardrail=guardrail,
            passed=verdict.passed,
            feedback=verdict.feedback,
            retry_number=retry_number,
        )

    def guardrail_retried(self, task: BuiltTask) -> None:
        self._add((task.name, None), Usage(guardrail_retries=1))

    def task_scored(self, task: BuiltTask, score: Score) -> None:
        self.send(
            TaskScored,
            task.name,
            task.agent,
            f"{task.name}: scored {score.quality:g} of 10 by {score.model}",
            task_index=task.index,
            **score.model_dump(),
        )

    def scoring_failed(self, task: BuiltTask, error: CrewLabError) -> None:
        """The output stays as it is: only nobody knows how good it was."""
        report = ErrorReport.from_exception(error, task_name=task.name)
        message = f"{task.name}: not scored: {report.message}"
        self.send(TaskScored, task.name, task.agent, message, level="warning", task_index=task.index, error=report)

    def task_completed(self, task: BuiltTask, started_at: datetime | None, outcome: TaskOutcome) -> None:
        self.tasks_done += 1
        self._end(
            TaskCompleted,
            task,
            started_at,
            f"{task.name}: completed",
            agent=outcome.agent,
            output=outcome.output,
            output_json=outcome.output_json,
        )

    def task_skipped(self, task: BuiltTask) -> None:
        self.tasks_done += 1
        condition = task.condition or ""
        message = f"{task.name}: skipped, its condition is false: {condition}"
        self._end(TaskSkipped, task, None, message, output="", condition=condition)

    def task_failed(
        self, task: BuiltTask, started_at: datetime | None, error: BaseException, outcome: TaskOutcome | None = None
    ) -> None:
        report = ErrorReport.from_exception(error, task_name=task.name)
        self._end(
            TaskFailed, task, started_at, f"{task.name}: failed: {report.message}", error=report, **_output_of(outcome)
        )

    def task_cancelled(self, task: BuiltTask, started_at: datetime) -> None:
        self._end(TaskCancelled, task, started_at, f"{task.name}: stopped before it was done")

    def person_asked(
        self,
        task: BuiltTask,
        outcome: TaskOutcome,
        question: HumanInputDocument,
        question_id: str,
        deadline: datetime | None,
    ) -> None:
        self.send(
            PersonAsked,
            task.name,
            outcome.agent,
            f"{task.name}: a person is asked",
            task_index=task.index,
            question_id=question_id,
            prompt=question.prompt,
            output=outcome.output,
            output_json=outcome.output_json,
            conversation=outcome.conversation,
            timeout_seconds=question.timeout_seconds,
            deadline=deadline,
            on_timeout=question.on_timeout,
            feedback=question.feedback,
        )

    def task_parked(self, task: BuiltTask, started_at: datetime | None, outcome: TaskOutcome, question_id: str) -> None:
        self._end(
            TaskParked,
            task,
            started_at,
            f"{task.name}: waits for a person",
            agent=outcome.agent,
            output=outcome.output,
            output_json=outcome.output_json,
            question_id=question_id,
        )

    def task_still_parked(self, task: ParkedTask) -> None:
        self.send(
            TaskParked,
            task.task_name,
            task.agent,
            f"{task.task_name}: still waits for a person",
            task_index=task.task_index,
            output=task.output,
            output_json=task.output_json,
            question_id=task.question_id,
            tasks_done=self.tasks_done,
            tasks_total=self.tasks_total,
        )

    def _end(
        self, kind: type[BaseEvent], task: BuiltTask, started_at: datetime | None, message: str, **fields: Any
    ) -> None:
        self.send(
            kind,
            task.name,
            fields.pop("agent", task.agent),
            message,
            task_index=task.index,
            started_at=started_at,
            usage=self._usage[task.name, None],
            tasks_done=self.tasks_done,
            tasks_total=self.tasks_total,
            **fields,
        )

    def send(
        self, kind: type[BaseEvent], task_name: str | None, agent: str | None, message: str, **fields: Any
    ) -> BaseEvent:
        fields |= {"execution_id": self._ref.execution_id, "attempt": self._ref.attempt}
        event = kind(task_name=task_name, agent=agent, message=message, **fields)
        self._home.record(event)
        return event


class QuietRecorder(Recorder):
    """For an agent that works as a step of a flow: it is the step that begins and ends, and no task does."""

    def __init__(self, recorder: Recorder, step_index: int) -> None:
        super().__init__(recorder._home, recorder._ref)
        self.budget, self._step_index = recorder.budget, step_index

    def send(
        self, kind: type[BaseEvent], task_name: str | None, agent: str | None, message: str, **fields: Any
    ) -> BaseEvent:
        fields |= {"task_index": self._step_index} if "task_index" in fields else {}
        if not issubclass(kind, TaskStarted | TaskEnded):
            return super().send(kind, task_name, agent, message, **fields)
        fields |= {"execution_id": self._ref.execution_id, "attempt": self._ref.attempt}
        return kind(task_name=task_name, agent=agent, message=message, **fields)


def _output_of(outcome: TaskOutcome | None) -> dict[str, Any]:
    return {} if outcome is None else {"output": outcome.output, "output_json": outcome.output_json}


def _reused_from(task: StoredTask) -> str:
    if task.is_edited:
        return f"an edited output stands in (execution {task.execution_id})"
    where = f" of execution {task.execution_id}" if task.execution_id else ""
    return f"reused from attempt {task.attempt}{where}"
