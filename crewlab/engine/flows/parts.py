"""Executions that run inside of a flow, as its steps: in its own place, on its own loop."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from crewlab.engine.attempt import AttemptRef, Stop
from crewlab.engine.awaiting import result_of
from crewlab.engine.equipment import Equipment
from crewlab.engine.flows.apart import error_of, until_over
from crewlab.engine.work import Result, Tree, Work
from crewlab.errors import ExecutionError, StepFailedError
from crewlab.executions.execution import Claim, NewExecution
from crewlab.executions.person import Heard, NextAttempt
from crewlab.executions.status import ExecutionStatus
from crewlab.executions.steps import OpenChild

if TYPE_CHECKING:
    from crewlab.engine.pool.pool import Worker
    from crewlab.engine.runner import Ending, Runner

PART_STOPPED = Stop(ExecutionStatus.CANCELLED, "stopped with the step of the flow that ran it")
MakeRunner = Callable[[AttemptRef], "Runner"]


class Ended(NamedTuple):
    """A part that has come to rest: it completed, or waits for a person (then there is no work to look at)."""

    work: Work | None
    result: Result


class Parts:
    """Runs parts on the worker of their flow. What the flow is stopped for, they are stopped for, too."""

    def __init__(
        self,
        equipment: Equipment,
        worker: Worker,
        tree: Tree,
        make_runner: MakeRunner,
        known: Mapping[str, OpenChild],
    ) -> None:
        self._home, self._rests = equipment.home, equipment.part_rests
        self._worker, self._tree, self._make_runner = worker, tree, make_runner
        self._known = dict(known)
        self._running: dict[str, Runner] = {}
        self._storing: dict[str, Future[Claim]] = {}
        """Parts that are being stored while they are made ready."""

    def known(self, key: str) -> OpenChild | None:
        """The part of this call that an earlier attempt had begun, and not finished."""
        return self._known.get(key)

    def id_for(self, key: str, new: NewExecution) -> str:
        """Which execution runs this call: the one that was begun, or `new`."""
        known = self._known.get(key)
        return new.execution_id if known is None or known.lends else known.execution_id

    async def run(self, key: str, new: NewExecution) -> Ended:
        """Run a part to its rest, from where an earlier attempt left it.

        Raises:
            StepFailedError: It failed.
        """
        part_id, known = self.id_for(key, new), self._known.pop(key, None)
        claim = await self._taken(self._begun(known, new))
        while claim is not None:
            execution = claim.execution
            runner, stored = await self._attempt(claim)
            move = runner.ending
            if move is None:
                raise ExecutionError(f"{execution.definition_name} was not run.", "Resume to run it again.")
            if move.status is ExecutionStatus.COMPLETED:
                return Ended(runner.work, Result(move.output or "", move.output_json))
            if move.status is not ExecutionStatus.WAITING:
                hint = move.error.hint if move.error else "Resume to run it again."
                raise StepFailedError(execution.definition_name, move.message, hint, move.error)
            claim = await self._taken(self._following(stored))
        self._known[key] = OpenChild(execution_id=part_id, status=ExecutionStatus.WAITING)
        return Ended(None, Result(""))

    async def _taken(self, taking: Coroutine[Any, Any, Claim | None]) -> Claim | None:
        """A claim is never cut short: who is stopped meanwhile ends what was claimed."""
        task = asyncio.create_task(taking)
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            await until_over({task})
            claim = None if error_of(task) else task.result()
            if claim is not None:
                await self._attempt(claim, is_stopped=True)
            raise
        return task.result()

    async def _following(self, stored: Ending | None) -> Claim | None:
        """The attempt that follows at once, because an answer was there already."""
        found = None if stored is None else await result_of(cast("Future[NextAttempt | bool | None]", stored))
        return await self._claimed(found.execution_id, found.attempt) if isinstance(found, NextAttempt) else None

    async def _begun(self, known: OpenChild | None, new: NewExecution) -> Claim | None:
        """The claim of the next attempt; `None` when what was begun still waits for a person."""
        if known is None:
            return await self._added(new, None)
        if known.lends:
            return await self._added(new, known.execution_id)
        attempt = await result_of(self._home.resume_child(known.execution_id))
        return None if attempt is None else await self._claimed(known.execution_id, attempt)

    async def _added(self, new: NewExecution, like: str | None) -> Claim:
        begun = self._home.begin_child(new, like)
        self._storing[new.execution_id] = begun.stored
        return await result_of(begun.claim)

    async def _claimed(self, execution_id: str, attempt: int) -> Claim | None:
        return await result_of(self._home.claim(AttemptRef(execution_id, attempt), ""))

    async def _attempt(self, claim: Claim, *, is_stopped: bool = False) -> tuple[Runner, Ending | None]:
        """Run one attempt in a context of its own, or end it before it begins; when its end is stored."""
        execution = claim.execution
        runner = self._make_runner(AttemptRef.of(execution, execution.attempt))
        if is_stopped:
            runner.stop(self._tree.stop or PART_STOPPED)
        self._running[execution.execution_id] = runner
        loop = asyncio.get_running_loop()
        stored = self._storing.pop(execution.execution_id, None)
        task = loop.create_task(runner.run(self._worker, claim, stored), context=contextvars.Context())
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            runner.stop(self._tree.stop or PART_STOPPED)
            await until_over({task})
            self._tell(runner, runner.settle(task))
            raise
        finally:
            del self._running[execution.execution_id]
        ending = runner.settle(task)
        self._tell(runner, ending)
        return runner, ending

    def _tell(self, runner: Runner, stored: Ending | None) -> None:
        """Who waits for this part looks once its end can be read; one that goes on at once has not come to rest."""

        def told(future: Future[Any]) -> None:
            if future.exception() is not None or not isinstance(future.result(), NextAttempt):
                move = runner.ending
                is_waiting = move is not None and move.status is ExecutionStatus.WAITING
                self._rests(runner.ref.execution_id, is_waiting)

        if stored is not None:
            stored.add_done_callback(told)

    def hear(self, heard: Heard) -> None:
        """Pass on what a person has answered."""
        for runner in list(self._running.values()):
            runner.hear(heard)

    def let_go(self, stop: Stop | None) -> None:
        """End what runs, from another thread."""
        for runner in list(self._running.values()):
            runner.give_up(stop or PART_STOPPED)
