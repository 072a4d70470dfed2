"""Waiting for executions to come to rest, and running some of them here meanwhile.

An execution comes to rest when it ends, or when only a person can go on: nobody is kept waiting for people.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from crewlab.engine.attempt import CTRL_C, LEFT, AttemptRef, Stop
from crewlab.engine.engine import Engine
from crewlab.engine.following.watch import Watch
from crewlab.errors import EngineClosedError, ExecutionNotFoundError, StoreError
from crewlab.executions.execution import Execution

if TYPE_CHECKING:
    from crewlab.store import Store

TELL_SECONDS = 0.25
"""How often progress is told while a caller waits."""
STOPPED_PER_SECOND = 200
"""How many more executions are given a second more to end."""
STOP_SECONDS = 1.5
"""How long a caller who stops something waits for its end."""


class Waiting:
    """Blocks callers until the executions of one owner have ended."""

    def __init__(self, store: Store, engine: Engine, owner: str) -> None:
        self._executions, self._engine, self._owner = store.executions, engine, owner

    @contextmanager
    def watching(self, execution_ids: Iterable[str]) -> Iterator[Watch]:
        """A watch over executions, given back at the end."""
        with self._given_back(self._engine.watch(execution_ids)) as watch:
            yield watch

    @contextmanager
    def watching_attempts(self, refs: Iterable[AttemptRef]) -> Iterator[Watch]:
        """A watch over these very attempts, given back at the end."""
        attempts = {ref.execution_id: ref.attempt for ref in refs}
        with self._given_back(self._engine.watch(attempts, attempts)) as watch:
            yield watch

    @contextmanager
    def _given_back(self, watch: Watch) -> Iterator[Watch]:
        try:
            yield watch
        finally:
            self._engine.unwatch(watch)

    def run_here(
        self,
        refs: Sequence[AttemptRef],
        *,
        stored: Future[None] | None = None,
        limit: int | None = None,
        tell: Callable[[], None] | None = None,
    ) -> None:
        """Run attempts and block until they have ended; `tell` is called when some have, now and then.

        They need not be `stored` yet: the store answers claims in the order of what it was given.
        Whatever takes the caller away, Ctrl-C above all, stops them and is raised again: nobody waits for the rest.
        """
        with self.watching_attempts(refs) as watch:
            try:
                self._engine.submit(refs, limit=limit)
                if stored is not None:
                    stored.result()
                self._follow(watch, tell)
            except BaseException as error:  # raised again: whoever leaves, also by Ctrl-C, leaves nothing running
                self._interrupt(watch, CTRL_C if isinstance(error, KeyboardInterrupt) else LEFT)
                raise

    def is_over(self, watch: Watch) -> bool:
        """Whether all have ended, without waiting. Raises what `run_here` raises."""
        return self._wait(watch, 0.0)

    def abandon(self, watch: Watch, stop: Stop) -> None:
        """End what is still open, and do not wait for it."""
        waiting = watch.open - self._engine.stop(watch.open, stop)
        if waiting:
            with suppress(StoreError):  # then the next start finds them
                ended = self._executions.interrupt(sorted(waiting), stop.message)
                ended.add_done_callback(lambda _: self._engine.stop(waiting, stop))  # what was claimed in between

    def _follow(self, watch: Watch, tell: Callable[[], None] | None) -> None:
        told = None
        while not self._wait(watch, TELL_SECONDS if tell else None):
            if tell and told != (still := len(watch.open)):
                told = still
                tell()
        if tell:
            tell()

    def _wait(self, watch: Watch, timeout_seconds: float | None) -> bool:
        """Whether all have ended; what another caller took first is looked up."""
        over = watch.wait(timeout_seconds)
        for execution in self._look_up(watch.take_doubtful()):
            if execution.status.is_at_rest:
                watch.ended(execution.execution_id)
        if watch.error is not None:
            raise watch.error
        return over

    def _look_up(self, execution_ids: Collection[str]) -> list[Execution]:
        """In one question, however many they are."""
        return self._executions.find_all(execution_ids, owner=self._owner) if execution_ids else []

    def _interrupt(self, watch: Watch, stop: Stop) -> None:
        """End what runs, and leave what did not start to a resume."""
        waiting = watch.open - self._engine.stop(watch.open, stop)
        if waiting:
            with suppress(StoreError, TimeoutError):  # then the next start finds them, or the writer still gets to it
                self._executions.interrupt(sorted(waiting), stop.message).result(STOP_SECONDS)
            self._engine.stop(waiting, stop)  # what was claimed in between
        for execution_id in waiting:
            watch.ended(execution_id)
        watch.wait(STOP_SECONDS + len(watch.open) / STOPPED_PER_SECOND)

    def until_ended(self, execution_ids: Sequence[str], timeout_seconds: float | None) -> None:
        """Return once the executions have ended, or the time is over.

        Raises:
            EngineClosedError: One of them is run by nobody.
            ExecutionNotFoundError: There is one of them not.
        """
        with self.watching(execution_ids) as watch:
            taken = self._engine.taken(execution_ids)  # before reading: what ends in between is then not missed
            found = self._look_up(execution_ids)
            for execution_id in set(execution_ids) - {execution.execution_id for execution in found}:
                raise ExecutionNotFoundError(execution_id)
            for execution in found:
                if execution.status.is_at_rest:
                    watch.ended(execution.execution_id)
                elif execution.execution_id not in taken:
                    raise _nobody_runs(execution)
                else:
                    watch.expect(execution.execution_id, execution.attempt)
            deadline = None if timeout_seconds is None else time.monotonic() + timeout_seconds
            while not self._wait(watch, _left(deadline)) and _left(deadline) != 0:
                pass  # somebody else took one of them first, and has not ended it yet


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.monotonic())


def _nobody_runs(execution: Execution) -> EngineClosedError:
    return EngineClosedError(
        f"Nobody runs the execution {execution.execution_id}, which is {execution.status.value}.",
        "Call `lab.start()` to serve the queue, or start the app.",
    )
