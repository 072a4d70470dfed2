"""Attempts on workers: which worker hosts one, how it is stopped, and what follows its end."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from crewlab.engine.attempt import AttemptRef, Stop
from crewlab.engine.equipment import Equipment
from crewlab.engine.pool.dedicated_pool import DedicatedPool
from crewlab.engine.pool.pool import Pool, Worker
from crewlab.engine.pool.watchdog import Watchdog
from crewlab.engine.runner import Ending, Runner
from crewlab.errors import EngineClosedError
from crewlab.executions.person import Heard


@dataclass(eq=False)
class Hosted:
    """An attempt on its worker. `watchdog` is there when the worker is its own."""

    runner: Runner
    worker: Worker
    watchdog: Watchdog | None = None
    is_over: bool = False


class Hosting:
    """Hosts attempts until their end is stored. Safe from any thread.

    `on_claimed` hears when a claim was answered, `on_over` when a place is free again (and whether the store could not
    be asked), `on_stored` when the end can be read (or why not; `None` when there was nothing to store).
    """

    def __init__(
        self,
        equipment: Equipment,
        pool: Pool,
        dedicated: DedicatedPool,
        *,
        on_claimed: Callable[[AttemptRef], None],
        on_over: Callable[[AttemptRef, bool], None],
        on_stored: Callable[[AttemptRef, Ending | None], None],
    ) -> None:
        self._equipment, self._pool, self._dedicated = equipment, pool, dedicated
        self._on_claimed, self._on_over, self._on_stored = on_claimed, on_over, on_stored
        self._lock = threading.Lock()
        self._hosted: dict[str, Hosted] = {}
        self._settled = threading.Condition(self._lock)
        self._unsettled: Counter[str] = Counter()

    def host(self, ref: AttemptRef) -> None:
        """Run an attempt on a worker; one that was chosen just before the end stays in the queue."""
        try:
            hosted = self._placed(ref)
        except EngineClosedError:
            return
        with self._lock:
            self._hosted[ref.execution_id] = hosted
            self._unsettled[ref.execution_id] += 1
        hosted.worker.host(hosted.runner.run, partial(self._after, hosted))

    def _placed(self, ref: AttemptRef) -> Hosted:
        if ref.dedicated is None:
            return Hosted(Runner(ref, self._equipment, self._on_claimed), self._pool.take())
        watchdog = Watchdog(lambda stop: self._give_up(hosted, stop))
        runner = Runner(ref, self._equipment, self._on_claimed, on_begin=watchdog.allow)
        hosted = Hosted(runner, self._dedicated.take(ref.execution_id, ref.dedicated), watchdog)
        return hosted

    def stop(self, execution_ids: Iterable[str], stop: Stop) -> set[str]:
        """Ask attempts to end now; returns the executions that are hosted here."""
        with self._lock:
            hosted = {name: self._hosted[name] for name in execution_ids if name in self._hosted}
        for one in hosted.values():
            one.worker.call(one.runner.stop, stop)
            if one.watchdog is not None:
                one.watchdog.stop(stop)
        return set(hosted)

    def tell(self, heard: Heard) -> None:
        """Tell the attempt that runs here, if it does, what a person has answered."""
        with self._lock:
            hosted = self._hosted.get(heard.launched_id)
        if hosted is not None:
            hosted.worker.call(hosted.runner.hear, heard)

    @property
    def execution_ids(self) -> list[str]:
        """What is hosted here."""
        with self._lock:
            return list(self._hosted)

    @property
    def unsettled(self) -> set[str]:
        """What is hosted here, or has ended and is not stored yet."""
        with self._lock:
            return set(self._unsettled)

    def wait_until_settled(self, timeout_seconds: float) -> bool:
        """Whether nothing is hosted and every end is stored; waits for that."""
        with self._settled:
            return self._settled.wait_for(lambda: not self._unsettled, timeout_seconds)

    def _after(self, hosted: Hosted, task: asyncio.Task[None]) -> None:
        """An attempt is over: free its place at once, and tell who waits when its end is stored."""
        if not self._ends(hosted):
            return  # it was given up, and ended by somebody else
        failed = not task.cancelled() and task.exception() is not None
        stored = hosted.runner.settle(task)
        pool = self._pool if hosted.watchdog is None else self._dedicated
        self._leave(hosted, stored, lambda: pool.release(hosted.worker), failed=failed)

    def _give_up(self, hosted: Hosted, stop: Stop | None) -> None:
        """The attempt should have ended long ago: end it from here, and let its worker go."""
        if not self._ends(hosted):
            return
        stored = hosted.runner.give_up(stop)
        self._leave(hosted, stored, lambda: self._dedicated.give_up(hosted.worker))

    def _ends(self, hosted: Hosted) -> bool:
        """Whether it ends here and now: it does so once, whoever comes first."""
        with self._lock:
            first, hosted.is_over = not hosted.is_over, True
        if hosted.watchdog is not None:
            hosted.watchdog.over()
        return first

    def _leave(self, hosted: Hosted, stored: Ending | None, free: Callable[[], None], *, failed: bool = False) -> None:
        ref = hosted.runner.ref
        with self._lock:
            if self._hosted.get(ref.execution_id) is hosted:  # else the next attempt has begun already
                del self._hosted[ref.execution_id]
        free()
        self._on_over(ref, failed)
        if stored is None:
            self._settle(ref, None)
        else:
            stored.add_done_callback(partial(self._settle, ref))

    def _settle(self, ref: AttemptRef, stored: Ending | None) -> None:
        self._on_stored(ref, stored)
        with self._lock:
            self._unsettled[ref.execution_id] -= 1
            if not self._unsettled[ref.execution_id]:
                del self._unsettled[ref.execution_id]
            if not self._unsettled:
                self._settled.notify_all()
