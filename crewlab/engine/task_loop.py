"""The tasks of one attempt: which runs when, guardrails, and what became of each."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from crewlab.bridge.contract import TaskOutcome
from crewlab.engine.conditions import Conditions
from crewlab.engine.people.parking import Parking
from crewlab.engine.processes import process_named
from crewlab.engine.recorder import Recorder
from crewlab.errors import BuildError, CrewLabError, ExecutionError, GuardrailError, OverBudgetError
from crewlab.executions.execution import BegunTask, StoredTask
from crewlab.executions.person import ParkedTask

if TYPE_CHECKING:
    from crewlab.bridge.contract import BuiltCrew, BuiltTask, GuardrailVerdict


class TaskLoop:
    """Runs the tasks of a crew as its process allows. The first failure cancels the siblings."""

    def __init__(
        self,
        crew: BuiltCrew,
        recorder: Recorder,
        conditions: Conditions,
        finished: Iterable[StoredTask] = (),
        parked: Iterable[ParkedTask] = (),
        scored: Collection[int] = (),
        begun: Iterable[BegunTask] = (),
    ) -> None:
        self._crew, self._recorder, self._conditions = crew, recorder, conditions
        self._process = process_named(crew.process, [(*task.depends_on, *task.waits_for) for task in crew.tasks])
        self._outcomes: dict[int, TaskOutcome] = {}
        self._open: dict[int, datetime | None] = {}
        """Tasks that are being worked on, since when; `None` while their condition is asked."""
        self._failures: dict[int, BaseException] = {}
        self._paid: dict[int, TaskOutcome] = {}
        """What agents produced, also where a file or a callback failed afterwards."""
        self._parking = Parking(recorder)
        recorder.tasks_total = len(crew.tasks)
        self._unscored: list[int] = []
        """Outputs of earlier attempts that a judge shall see, and has not seen."""
        self._begun = {task.task_name: task for task in begun}
        for task in finished:
            if not task.is_skipped:
                self._reuse(task)
                if crew.is_scored and task.execution_id is None and task.task_index not in scored:
                    self._unscored.append(task.task_index)
        self._accepted = self._parking.take_up(parked, self._outcomes)

    def _reuse(self, task: StoredTask) -> None:
        self._outcomes[task.task_index] = self._crew.restore(task)
        self._recorder.task_reused(task)

    def _accept(self, stored: StoredTask, group: asyncio.TaskGroup) -> None:
        """A person accepted what an earlier attempt paid for: done, without a call."""
        task = self._crew.tasks[stored.task_index]
        self._open[task.index] = self._start(task)
        running = group.create_task(self._finish_accepted(task, self._crew.restore(stored), group))
        running.add_done_callback(partial(self._note_failure, task.index))

    async def _finish_accepted(self, task: BuiltTask, outcome: TaskOutcome, group: asyncio.TaskGroup) -> None:
        await self._done(task, outcome, group)
        self._start_ready(group)

    async def run(self) -> TaskOutcome | None:
        """Run everything that is not done yet; the crew's final output, or `None` when only a person can go on.

        Raises:
            ExceptionGroup: A task failed.
            BuildError: Tasks wait for each other in a circle.
            ExecutionError: A task was cancelled from inside.
        """
        async with asyncio.TaskGroup() as group:
            for index in self._unscored:
                group.create_task(self._score(self._crew.tasks[index], self._outcomes[index]))
            for accepted in self._accepted:
                self._accept(accepted, group)
            self._start_ready(group)
        if self._open:  # a task group keeps quiet about a child that was cancelled from inside
            names = ", ".join(self._crew.tasks[index].name for index in self._open)
            raise ExecutionError(f"Task {names} was stopped by its own model or tool.", "Resume to run it again.")
        if self._parking.waiting:
            return None
        if not self.is_done:
            raise BuildError("Some tasks wait for each other.", "Check the context of each task.")
        return await self._crew.finish(self._outcomes)

    @property
    def is_done(self) -> bool:
        """Whether every task has an outcome."""
        return len(self._outcomes) == len(self._crew.tasks)

    def _start_ready(self, group: asyncio.TaskGroup) -> None:
        if self._recorder.is_over_budget:
            return
        for index in self._process.ready(set(self._outcomes), self._open.keys() | self._parking.waiting):
            task = self._crew.tasks[index]
            self._open[index] = self._start(task) if task.condition is None else None
            running = group.create_task(self._run_task(task, group))
            running.add_done_callback(partial(self._note_failure, index))

    def _start(self, task: BuiltTask) -> datetime:
        names = [self._crew.tasks[needed].name for needed in task.depends_on]
        begun = self._begun.get(task.name)
        return self._recorder.task_started(task, names, begun.rounds if begun else 0)

    def _note_failure(self, index: int, running: asyncio.Task[None]) -> None:
        if not running.cancelled() and (error := running.exception()):
            self._failures[index] = error

    async def _run_task(self, task: BuiltTask, group: asyncio.TaskGroup) -> None:
        if not await self._is_wanted(task):
            self._skip(task)
        else:
            await self._work_on(task, group)
        self._start_ready(group)

    async def _is_wanted(self, task: BuiltTask) -> bool:
        """Whether the condition of the task, if it has one, holds; then the task has begun."""
        if task.condition is None:
            return True
        done = {self._crew.tasks[index].name: outcome for index, outcome in self._outcomes.items()}
        holds = await self._conditions.hold(task, done)
        if holds:
            self._open[task.index] = self._start(task)
        return holds

    def _skip(self, task: BuiltTask) -> None:
        del self._open[task.index]
        self._recorder.task_skipped(task)
        self._outcomes[task.index] = TaskOutcome("", None, task.agent or "")

    async def _work_on(self, task: BuiltTask, group: asyncio.TaskGroup) -> None:
        answered = self._parking.feedback_on(task)
        outcome = await self._first_outcome(task, answered)
        for number in range(len(task.guardrails)):
            outcome = await self._guard(task, number, outcome, goes_on=answered is not None)
        is_accepted = task.question is None or (task.question.once and answered is not None)
        await self._crew.remember(task.index, outcome, is_accepted=is_accepted)
        if is_accepted:
            await self._done(task, outcome, group)
        else:
            self._parking.park(task, self._open.pop(task.index), outcome, answered)

    async def _first_outcome(self, task: BuiltTask, answered: ParkedTask | None) -> TaskOutcome:
        """What the agent makes of the task, of its midst, or of what a person said about its last answer."""
        begun = self._begun.pop(task.name, None)
        if (answered is None or answered.answer is None) and begun is not None:
            conversation, rounds = begun.conversation, begun.rounds
            return await self._crew.run_task(task.index, self._outcomes, conversation=conversation, rounds=rounds)
        if answered is None or answered.answer is None:
            return await self._crew.run_task(task.index, self._outcomes)
        return await self._crew.run_task(
            task.index, self._outcomes, feedback=answered.answer.text, conversation=answered.conversation
        )

    async def _done(self, task: BuiltTask, outcome: TaskOutcome, group: asyncio.TaskGroup) -> None:
        self._paid[task.index] = outcome
        await self._crew.conclude(task.index, outcome)
        self._recorder.task_completed(task, self._open.pop(task.index), outcome)
        self._outcomes[task.index] = outcome
        if self._crew.is_scored:
            group.create_task(self._score(task, outcome))

    async def _score(self, task: BuiltTask, outcome: TaskOutcome) -> None:
        """Have an output judged while the others go on; an output without a score is still an output."""
        try:
            self._recorder.task_scored(task, await self._crew.score(task.index, outcome))
        except OverBudgetError:
            raise
        except CrewLabError as error:
            self._recorder.scoring_failed(task, error)

    async def _guard(self, task: BuiltTask, number: int, outcome: TaskOutcome, *, goes_on: bool) -> TaskOutcome:
        """The outcome that guardrail `number` let pass, the task being run again as often as it allows.

        When a conversation `goes_on` with a person, it goes on with the guardrail too: what they said is not lost.
        """
        retries = task.retries_for(number)
        for retry in range(retries + 1):
            verdict = await self._crew.check_guardrail(task.index, number, outcome)
            self._recorder.guardrail_checked(task, task.guardrails[number], verdict, retry)
            if verdict.passed:
                return verdict.outcome or outcome
            if retry < retries:
                self._recorder.guardrail_retried(task)
                outcome = await self._retry(task, verdict, outcome, goes_on)
        raise GuardrailError(
            f"Task {task.name!r} did not pass its guardrail after {retries} retries: {verdict.feedback}",
            "Loosen the guardrail, sharpen the task, or allow more retries.",
        )

    async def _retry(
        self, task: BuiltTask, verdict: GuardrailVerdict, outcome: TaskOutcome, goes_on: bool
    ) -> TaskOutcome:
        if goes_on and outcome.conversation:
            conversation = outcome.conversation
            return await self._crew.run_task(
                task.index, self._outcomes, feedback=verdict.feedback, conversation=conversation
            )
        return await self._crew.run_task(task.index, self._outcomes, feedback=verdict.feedback, previous=outcome)

    @property
    def outcomes(self) -> Mapping[int, TaskOutcome]:
        """What each task that is done has produced, by its index."""
        return self._outcomes

    @property
    def failed_task(self) -> str | None:
        """The name of the task that failed first."""
        return next((self._crew.tasks[index].name for index in self._failures), None)

    def end_open(self) -> None:
        """Record the end of every task that is still open: failed, or stopped by something else."""
        for index, started_at in sorted(self._open.items()):
            task = self._crew.tasks[index]
            if error := self._failures.get(index):
                self._recorder.task_failed(task, started_at, error, self._paid.get(index))
            elif started_at is not None:
                self._recorder.task_cancelled(task, started_at)
        self._open.clear()
