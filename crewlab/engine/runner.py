"""One attempt, from claim to end: the only place where any exception at all becomes a status."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from crewlab.engine.attempt import SHUT_DOWN, UNASKED, AttemptRef, Stop
from crewlab.engine.awaiting import result_of
from crewlab.engine.budget import Budget
from crewlab.engine.crew_work import CrewWork
from crewlab.engine.equipment import Equipment
from crewlab.engine.flows.flow_work import FlowWork
from crewlab.engine.pool.pool import Worker
from crewlab.engine.recorder import Recorder
from crewlab.engine.work import Tree
from crewlab.errors import OverBudgetError
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.execution import Claim, Move
from crewlab.executions.person import Heard, NextAttempt
from crewlab.executions.status import ExecutionStatus

if TYPE_CHECKING:
    from crewlab.engine.work import Result, Work

Ending = Future[bool] | Future[NextAttempt | None]
"""When the last word of an attempt is stored; the attempt that follows at once, if an answer was already there."""
_GOOD_ENDS = (ExecutionStatus.COMPLETED, ExecutionStatus.WAITING)
LOADING_MESSAGE = "loading crewAI"
CLOSE_SECONDS = 5.0
"""Longest time that the end of an attempt waits for crewAI's own tidying up."""


class Runner:
    """Runs one attempt on a worker's loop. `run` and `stop` belong on that loop; a claim is never cut short.

    Whatever happens, the attempt ends with exactly one move to a final status and no task left open;
    only an attempt that was never claimed ends without a move, unless its caller cancelled or left it.
    """

    def __init__(
        self,
        ref: AttemptRef,
        equipment: Equipment,
        on_claimed: Callable[[AttemptRef], None],
        on_begin: Callable[[float], None] = lambda _: None,
        tree: Tree | None = None,
    ) -> None:
        """`on_begin` hears how many seconds the attempt may take, from then on.

        `tree` is that of the flow that it runs inside of, if it is a step of one.
        """
        self.ref = ref
        self._equipment, self._on_claimed, self._on_begin = equipment, on_claimed, on_begin
        self._recorder = Recorder(equipment.home, ref)
        self._asked = False
        self._working: asyncio.Task[Any] | None = None
        self._stop: Stop | None = None
        self._ending: Move | None = None
        self.work: Work | None = None
        """What it does, once it is claimed."""
        self._is_part, self._tree = tree is not None, tree or Tree()
        self._limit: asyncio.Timeout | None = None
        self._allowed = 0.0

    def stop(self, stop: Stop) -> None:
        """End the attempt as `stop` says, at once; the first request counts, and none after the end."""
        if self._stop is None:
            self._stop = stop
            self._tree.stop = self._tree.stop if self._is_part else stop
            if self._working is not None and self._ending is None:
                self._working.cancel()

    def hear(self, heard: Heard) -> None:
        """A person has answered something of this attempt, or of what runs inside of it. Belongs on its loop."""
        if self.work is not None and self._ending is None:
            self.work.hear(heard)

    async def run(self, worker: Worker, claim: Claim | None = None, stored: Future[Claim] | None = None) -> None:
        """Claim the attempt, unless its `claim` is given, and run it to its end. Pay nothing before it is `stored`."""
        if self._stop is not None and claim is None:
            return
        claim = claim or await self._claim()
        if claim is None:
            return
        self._working = asyncio.current_task()
        if self._stop is not None:
            self._ending = self._move(self._stop.status, self._stop.message)
            return
        error: BaseException | None = None
        try:
            outcome = await self._do(claim, worker, stored)
            self._ending = self._over_budget(outcome) or self._ended(outcome)
        except (Exception, asyncio.CancelledError) as caught:  # noqa: BLE001 - the one place: an error is a status here
            error = caught
            self._ending = self._ending_of(caught)
        await self._close(error)

    async def _claim(self) -> Claim | None:
        """The message says why it takes long, if it will."""
        message = "" if self._equipment.loading.loaded else LOADING_MESSAGE
        self._asked = True
        try:
            return await result_of(self._equipment.home.claim(self.ref, message))
        finally:
            self._on_claimed(self.ref)

    async def _do(self, claim: Claim, worker: Worker, stored: Future[Claim] | None) -> Result | None:
        self._share(claim, worker)
        self.work = work = self._work_of(claim, worker)
        await work.load()
        self._allowed = self._seconds(claim)
        self._on_begin(self._allowed)
        async with asyncio.timeout(self._allowed) as self._limit:
            plan = await work.open(stored)
            self._equipment.home.move(self._move(ExecutionStatus.RUNNING, plan), is_urgent=False)
            return await work.run()

    def _share(self, claim: Claim, worker: Worker) -> None:
        """Count on the budget of what was launched, and play its cassette: a step has none of its own."""
        execution = claim.execution
        if not self._is_part:
            self._tree.budget = Budget.of(execution.options, execution.usage, lambda: worker.call(self._cut_short))
            self._tree.deck = self._equipment.deck(execution)
        self._recorder.budget = self._tree.budget

    def _work_of(self, claim: Claim, worker: Worker) -> Work:
        parts = (claim, worker, self._recorder, self._equipment, self._tree)
        return FlowWork(*parts, self._part) if claim.execution.kind == "flow" else CrewWork(*parts)

    def _part(self, ref: AttemptRef) -> Runner:
        """Runs an attempt inside of this one."""
        return Runner(ref, self._equipment, lambda _: None, tree=self._tree)

    def _cut_short(self) -> None:
        """The budget is used up: drop what is in flight, if anything is."""
        if self.work is not None and self.work.is_done:
            return
        if self._stop is None and self._working is not None and self._ending is None:
            self._working.cancel()

    def _seconds(self, claim: Claim) -> float:
        return claim.execution.options.timeout_seconds or self._equipment.settings.timeout_seconds

    def _ended(self, outcome: Result | None) -> Move:
        message = f"{self._recorder.tasks_done} of {self._recorder.tasks_total} {self._recorder.parts} done"
        if outcome is None:
            return self._move(ExecutionStatus.WAITING, f"{message}; a person is asked")
        if self._recorder.parts == "steps" and self._recorder.tasks_done < self._recorder.tasks_total:
            message += "; the others were not on its way"
        return self._move(ExecutionStatus.COMPLETED, message, output=outcome.output, output_json=outcome.output_json)

    def _ending_of(self, error: BaseException) -> Move:
        if self._stop is None and (move := self._over_budget()):
            return move
        if isinstance(error, asyncio.CancelledError):
            stop = self._stop or UNASKED
            return self._move(stop.status, stop.message)
        if self._limit is not None and self._limit.expired():
            return self._timed_out()
        report = ErrorReport.from_exception(error, task_name=self.work.failed_part if self.work else None)
        return self._move(ExecutionStatus.FAILED, report.message, error=report)

    @property
    def _breach(self) -> OverBudgetError | None:
        return None if self._recorder.budget is None else self._recorder.budget.breach

    def _over_budget(self, outcome: Result | None = None) -> Move | None:
        """The end that a used-up budget means, with the output that was paid for; `None` when there is room."""
        breach = self._breach
        if breach is None:
            return None
        report = ErrorReport.from_exception(breach)
        output = {} if outcome is None else {"output": outcome.output, "output_json": outcome.output_json}
        return self._move(ExecutionStatus.FAILED, report.message, reason="over_budget", error=report, **output)

    def _timed_out(self) -> Move:
        message = f"The execution took longer than its limit of {self._allowed:g} s."
        report = ErrorReport(
            type="TimeLimit",
            title="The time limit was reached",
            message=message,
            hint="Raise the time limit and resume: finished tasks are not paid again.",
        )
        return self._move(ExecutionStatus.FAILED, message, reason="timed_out", error=report)

    def _move(self, status: ExecutionStatus, message: str = "", **fields: Any) -> Move:
        return Move(
            execution_id=self.ref.execution_id, attempt=self.ref.attempt, status=status, message=message, **fields
        )

    async def _close(self, error: BaseException | None) -> None:
        """Tidy up, within bounds."""
        if self.work is not None:
            completed = self._ending is not None and self._ending.status is ExecutionStatus.COMPLETED
            with suppress(TimeoutError):  # what ended has ended; its open calls are then left unrecorded
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self.work.close(error, completed=completed)

    @property
    def ending(self) -> Move | None:
        """The end that it came to, as far as `run` knows it."""
        return self._ending

    def settle(self, task: asyncio.Task[None]) -> Ending | None:
        """Send the final move, once `run` has ended in whatever way.

        `None` when there is nothing to move: somebody else has the attempt, or it stays in the queue. A future that
        has failed when the store could not even be asked for the attempt. An attempt that only waits for a person
        may have had its answer already: then the future holds the next one.
        """
        failure = None if task.cancelled() else task.exception()
        if failure is not None and self._working is None:
            return _failed(failure)
        ending = self._ending_after(failure)
        if self.work is not None:
            self.work.end_open()
        self._recorder.close()
        if ending is None:
            return None
        if ending.status is ExecutionStatus.WAITING:
            return self._equipment.home.park(self.ref, ending.message)
        return self._equipment.home.move(ending, is_urgent=not self._is_part)  # its flow goes on without waiting

    def give_up(self, stop: Stop | None) -> Future[bool]:
        """End the attempt from another thread, because its own hangs; `None` is for running out of time.

        What it still does when it comes back is not recorded.
        """
        if self.work is not None:
            self.work.let_go(stop)
        self._recorder.close()
        return self._equipment.home.move(self._timed_out() if stop is None else self._move(stop.status, stop.message))

    def _ending_after(self, failure: BaseException | None) -> Move | None:
        """The end that `run` came to; another one when it was cut short or failed while tidying up."""
        completed = self._ending is not None and self._ending.status in _GOOD_ENDS
        if failure is not None and (completed or self._ending is None):
            return self._failed_outside(failure)
        if self._ending is None and self._stop is not None and self._ends_unclaimed(self._stop):
            return self._move(self._stop.status, self._stop.message)
        return self._ending

    def _ends_unclaimed(self, stop: Stop) -> bool:
        """Whether `stop` ends an attempt that was not claimed here: what is shut down stays in the queue."""
        return stop.status is ExecutionStatus.CANCELLED or (stop != SHUT_DOWN and not self._asked)

    def _failed_outside(self, error: BaseException) -> Move:
        report = ErrorReport.from_exception(error)
        return self._move(ExecutionStatus.FAILED, report.message, error=report)


def _failed(error: BaseException) -> Future[bool]:
    refused: Future[bool] = Future()
    refused.set_exception(error)
    return refused
