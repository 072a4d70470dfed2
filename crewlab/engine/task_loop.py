"""The tasks of one attempt: which runs when, guardrails, and what became of each."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from crewlab.engine.processes import process_named
from crewlab.engine.recorder import Recorder
from crewlab.errors import BuildError, CrewLabError, ExecutionError, GuardrailError, OverBudgetError
from crewlab.executions.execution import StoredTask

if TYPE_CHECKING:
    from crewlab.bridge.contract import BuiltCrew, BuiltTask, GuardrailVerdict, TaskOutcome


class TaskLoop:
    """Runs the tasks of a crew as its process allows. The first failure cancels the siblings."""

    def __init__(self, crew: BuiltCrew, recorder: Recorder, finished: Iterable[StoredTask] = ()) -> None:
        self._crew, self._recorder = crew, recorder
        self._process = process_named(crew.process, [task.depends_on for task in crew.tasks])
        self._outcomes: dict[int, TaskOutcome] = {}
        self._open: dict[int, datetime] = {}
        self._failures: dict[int, BaseException] = {}
        recorder.tasks_total = len(crew.tasks)
        for task in finished:
            self._reuse(task)

    def _reuse(self, task: StoredTask) -> None:
        self._outcomes[task.task_index] = self._crew.restore(task)
        self._recorder.task_reused(task)

    async def run(self) -> TaskOutcome:
        """Run everything that is not done yet; the crew's final output.

        Raises:
            ExceptionGroup: A task failed.
            BuildError: Tasks wait for each other in a circle.
            ExecutionError: A task was cancelled from inside.
        """
        async with asyncio.TaskGroup() as group:
            self._start_ready(group)
        if self._open:  # a task group keeps quiet about a child that was cancelled from inside
            names = ", ".join(self._crew.tasks[index].name for index in self._open)
            raise ExecutionError(f"Task {names} was stopped by its own model or tool.", "Resume to run it again.")
        if not self.is_done:
            raise BuildError("Some tasks wait for each other.", "Check the context of each task.")
        return self._crew.finish(self._outcomes)

    @property
    def is_done(self) -> bool:
        """Whether every task has an outcome."""
        return len(self._outcomes) == len(self._crew.tasks)

    def _start_ready(self, group: asyncio.TaskGroup) -> None:
        if self._recorder.is_over_budget:
            return
        for index in self._process.ready(set(self._outcomes), set(self._open)):
            task = self._crew.tasks[index]
            names = [self._crew.tasks[needed].name for needed in task.depends_on]
            self._open[index] = self._recorder.task_started(task, names)
            running = group.create_task(self._run_task(task, group))
            running.add_done_callback(partial(self._note_failure, index))

    def _note_failure(self, index: int, running: asyncio.Task[None]) -> None:
        if not running.cancelled() and (error := running.exception()):
            self._failures[index] = error

    async def _run_task(self, task: BuiltTask, group: asyncio.TaskGroup) -> None:
        outcome = await self._crew.run_task(task.index, self._outcomes)
        for number in range(len(task.guardrails)):
            outcome = await self._guard(task, number, outcome)
        self._recorder.task_completed(task, self._open.pop(task.index), outcome)
        self._outcomes[task.index] = outcome
        if self._crew.is_scored:
            group.create_task(self._score(task, outcome))
        self._start_ready(group)

    async def _score(self, task: BuiltTask, outcome: TaskOutcome) -> None:
        """Have an output judged while the others go on; an output without a score is still an output."""
        try:
            self._recorder.task_scored(task, await self._crew.score(task.index, outcome))
        except OverBudgetError:
            raise
        except CrewLabError as error:
            self._recorder.scoring_failed(task, error)

    async def _guard(self, task: BuiltTask, number: int, outcome: TaskOutcome) -> TaskOutcome:
        """The outcome that guardrail `number` let pass, the task being run again as often as it allows."""
        for retry in range(task.guardrail_max_retries + 1):
            verdict = await self._crew.check_guardrail(task.index, number, outcome)
            self._recorder.guardrail_checked(task, task.guardrails[number], verdict, retry)
            if verdict.passed:
                return outcome
            if retry < task.guardrail_max_retries:
                self._recorder.guardrail_retried(task)
                outcome = await self._retry(task, verdict, outcome)
        raise GuardrailError(
            f"Task {task.name!r} did not pass its guardrail after {task.guardrail_max_retries} retries: "
            f"{verdict.feedback}",
            "Loosen the guardrail, sharpen the task, or allow more retries.",
        )

    async def _retry(self, task: BuiltTask, verdict: GuardrailVerdict, outcome: TaskOutcome) -> TaskOutcome:
        return await self._crew.run_task(task.index, self._outcomes, feedback=verdict.feedback, previous=outcome)

    @property
    def failed_task(self) -> str | None:
        """The name of the task that failed first."""
        return next((self._crew.tasks[index].name for index in self._failures), None)

    def end_open(self) -> None:
        """Record the end of every task that is still open: failed, or stopped by something else."""
        for index, started_at in sorted(self._open.items()):
            task = self._crew.tasks[index]
            if error := self._failures.get(index):
                self._recorder.task_failed(task, started_at, error)
            else:
                self._recorder.task_cancelled(task, started_at)
        self._open.clear()
