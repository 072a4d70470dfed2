"""The engine: takes attempts, runs them on its workers, stops them, and tells who waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from crewlab import bridge
from crewlab.engine.adjustments import Adjustments
from crewlab.engine.attempt import CANCELLED, SHUT_DOWN, AttemptRef, Stop
from crewlab.engine.equipment import Equipment
from crewlab.engine.following.watch import Watch
from crewlab.engine.homes.home import Home
from crewlab.engine.loading import Loading
from crewlab.engine.people.deadlines import Deadlines
from crewlab.engine.pool.dedicated_pool import DedicatedPool
from crewlab.engine.pool.dispatcher import Dispatcher
from crewlab.engine.pool.hosting import Hosting
from crewlab.engine.pool.pool import Pool
from crewlab.engine.pool.room import Caps
from crewlab.engine.runner import Ending
from crewlab.errors import EngineClosedError
from crewlab.executions.engine_state import EngineState, require_unpaused
from crewlab.executions.person import Answered, NextAttempt
from crewlab.settings import Settings

if TYPE_CHECKING:
    from crewlab.bridge.cassettes import Shelf
    from crewlab.bridge.contract import CrewAI, Llm
    from crewlab.definitions.library.mcp_servers import McpServer
    from crewlab.definitions.library.tool_records import ToolRecord
    from crewlab.executions.model_test import ModelTest
    from crewlab.executions.tool_test import ServerTest, ToolTest
    from crewlab.memory.library import Library

T = TypeVar("T")


class Engine:
    """Runs attempts of executions. Every method may be called from any thread; no thread exists until one is needed."""

    def __init__(
        self,
        home: Home,
        settings: Settings,
        *,
        credentials: Callable[[str], str | None],
        load: Callable[[], CrewAI] | None = None,
        mask: Callable[[str], str] = str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._home, self.adjustments = home, Adjustments(settings)
        self._loading = Loading(load or (lambda: bridge.load()))
        self._equipment = Equipment(home, self.adjustments, self._loading, credentials, mask)
        self._equipment.part_rests = self._part_rests
        self._pool = Pool(lambda: self._settings.workers, self._leave_loop)
        self._dedicated = DedicatedPool(self._leave_loop)
        self._hosting = Hosting(
            self._equipment,
            self._pool,
            self._dedicated,
            on_claimed=lambda ref: self._dispatcher.claimed(ref),
            on_over=self._over,
            on_stored=self._stored,
        )
        self._settings = self.adjustments.now
        self._dispatcher = Dispatcher(lambda: self._caps, self._hosting.host, home.pending)
        self._deadlines = Deadlines(home, self.answered, now)
        self._lock = threading.Lock()
        self._watches: list[Watch] = []
        self._closed = False
        self.look_at_settings()

    # -- settings ------------------------------------------------------------------------------------------------

    def look_at_settings(self) -> None:
        """Go by the settings as they stand now: caps, and whether the pool is paused."""
        settings = self._settings = self.adjustments.now
        self._caps = Caps(
            shared=settings.workers * settings.admission,
            dedicated=settings.dedicated_workers,
            per_owner=settings.owner_limit or None,
            per_batch=settings.batch_limit or None,
        )
        if self.adjustments.is_paused:
            self._dispatcher.pause()
        else:
            self._dispatcher.go_on()

    def pause(self, *, paused: bool) -> None:
        """Start nothing new, over a restart too, or go on; what runs goes on anyway."""
        self.adjustments.pause(paused=paused)
        self.look_at_settings()

    @property
    def is_paused(self) -> bool:
        return self._dispatcher.is_paused

    def require_unpaused(self) -> None:
        """Raises `PoolPausedError` while the pool is paused."""
        require_unpaused(is_paused=self.is_paused)

    # -- work ----------------------------------------------------------------------------------------------------

    def serve(self) -> None:
        """Serve the background queue of the home. Idempotent. Raises `EngineClosedError`."""
        self.require_open()
        self._dispatcher.serve()
        self._deadlines.serve()

    def submit(self, refs: Sequence[AttemptRef], *, limit: int | None = None) -> None:
        """Run these attempts for a caller that waits, at most `limit` at a time. Raises `EngineClosedError`."""
        self.require_open()
        self._dispatcher.offer(refs, limit)

    def begin(self, refs: Sequence[AttemptRef]) -> None:
        """Run background work: in its turn where the queue is served, else alone. Raises `EngineClosedError`."""
        if self._dispatcher.serves:
            self.serve()
        else:
            self.submit(refs)

    def answered(self, answered: Answered) -> None:
        """An answer was stored: run what it queued, or tell who runs it already."""
        if answered.next is not None:
            self.go_on(answered.next)
        elif answered.heard is not None:
            self._hosting.tell(answered.heard)

    def go_on(self, attempt: NextAttempt) -> None:
        """Run the attempt that an answer queued: background work in its turn, what a caller once waited for alone."""
        ref = AttemptRef(attempt.execution_id, attempt.attempt, attempt.owner, attempt.batch_id, attempt.dedicated)
        with suppress(EngineClosedError):  # then the next start finds it in the queue
            if attempt.origin == "background":
                self.begin([ref])
            else:
                self.submit([ref])

    def stop(self, execution_ids: Iterable[str], stop: Stop = CANCELLED) -> set[str]:
        """End attempts now; returns the executions that are running here. The others are withdrawn from the offers."""
        wanted = set(execution_ids)
        self._dispatcher.withdraw(wanted)
        return self._hosting.stop(wanted, stop)

    def warm_up(self) -> None:
        """Begin to import crewAI."""
        self.require_open()
        self._loading.begin()

    def test_model(self, llm: Llm) -> ModelTest:
        """Ask a model one short question. Blocks; seconds when crewAI has to be imported first."""
        self.require_open()
        seconds = self._settings.model_timeout_seconds
        return self._ask(
            lambda crewai: crewai.test_model(llm, credentials=self._equipment.credentials, timeout_seconds=seconds)
        )

    def test_tool(self, record: ToolRecord, arguments: Mapping[str, Any]) -> ToolTest:
        """Make a tool and call it once. Blocks; seconds when crewAI has to be imported first."""
        settings, equipment = self._settings, self._equipment
        return self._ask(
            lambda crewai: crewai.test_tool(
                record,
                arguments,
                files=settings.data / "files",
                credentials=equipment.credentials,
                run_blocking=equipment.tools.run,
                timeout_seconds=settings.tool_timeout_seconds,
            )
        )

    def test_server(self, server: McpServer) -> ServerTest:
        """Ask an MCP server what it offers. Blocks, as `test_tool`."""
        equipment = self._equipment
        return self._ask(
            lambda crewai: crewai.test_server(
                server, credentials=equipment.credentials, run_blocking=equipment.tools.run
            )
        )

    def _ask(self, question: Callable[[CrewAI], Coroutine[Any, Any, T]]) -> T:
        """The answer of crewAI to a question, on one of the loops."""
        self.require_open()
        crewai = self._loading.begin().result()
        worker = self._pool.take()
        try:
            return worker.ask(question(crewai)).result()
        finally:
            self._pool.release(worker)

    @property
    def library(self) -> Library:
        """What agents remember and may look up."""
        return self._equipment.library

    @property
    def cassettes(self) -> Shelf:
        """Recordings of the data folder."""
        return self._equipment.cassettes

    def state(self, pending: int) -> EngineState:
        """What is going on; `pending` is the length of the queue, which the home knows."""
        settings, caps, tools = self._settings, self._caps, self._equipment.tools
        owners, batches = self._dispatcher.shares
        return EngineState(
            crewai=self._loading.state,
            running=self._dispatcher.working,
            pending=pending,
            workers=settings.workers,
            admission=settings.admission,
            is_paused=self.is_paused,
            hosted=self._pool.hosted,
            dedicated_workers=caps.dedicated,
            dedicated=tuple(self._dedicated.busy),
            given_up_workers=self._dedicated.given_up,
            owner_limit=caps.per_owner,
            owners=owners,
            batch_limit=caps.per_batch,
            batches=batches,
            rates=tuple(self._equipment.rate_limits.use()),
            tool_threads=settings.tool_threads,
            tool_calls=tools.busy,
            given_up_tools=tools.given_up,
        )

    def taken(self, execution_ids: Iterable[str]) -> set[str]:
        """Those executions that run here, until their end is stored, or that will by themselves."""
        wanted = set(execution_ids)
        if self._dispatcher.serves:
            return wanted
        return wanted & (self._dispatcher.offered() | self._hosting.unsettled)

    def require_open(self) -> None:
        """Raises `EngineClosedError` after `close`."""
        if self._closed:
            raise EngineClosedError("This lab was closed.", "Open it again with `crewlab.open()`.")

    # -- hosting -------------------------------------------------------------------------------------------------

    def _over(self, ref: AttemptRef, stumbled: bool) -> None:
        self._dispatcher.ended(ref, stumbled=stumbled)

    def _stored(self, ref: AttemptRef, stored: Ending | None) -> None:
        if stored is None:
            self._each_watch(lambda watch: watch.doubt(ref.execution_id))
        else:
            self._settled_as(ref, stored)

    def _settled_as(self, ref: AttemptRef, stored: Ending) -> None:
        """An end is stored, or cannot be; what has been answered already has not come to rest."""
        error = stored.exception()
        found = None if error else stored.result()
        if isinstance(found, NextAttempt):
            self.go_on(found)
            return
        self.note_ended(ref.execution_id, error, ref.attempt)
        if found is None:
            self._deadlines.look()

    async def _leave_loop(self) -> None:
        """Model clients belong to a loop, and are closed on it."""
        if crewai := self._loading.loaded:
            await crewai.close_models()

    # -- waiting -------------------------------------------------------------------------------------------------

    def watch(self, execution_ids: Iterable[str], attempts: Mapping[str, int] | None = None) -> Watch:
        """A watch over executions that have not ended; give it back with `unwatch`."""
        watch = Watch(execution_ids, attempts)
        with self._lock:
            self._watches.append(watch)
        return watch

    @property
    def watched(self) -> int:
        """How many callers wait."""
        return len(self._watches)

    def unwatch(self, watch: Watch) -> None:
        with self._lock:
            self._watches.remove(watch)

    def note_ended(self, execution_id: str, error: BaseException | None = None, attempt: int | None = None) -> None:
        """Tell every watch that an execution has ended."""
        self._each_watch(lambda watch: watch.ended(execution_id, error, attempt))

    def _part_rests(self, execution_id: str, is_waiting: bool) -> None:
        """What runs inside of a flow has come to rest; it may wait for a person who has only so much time."""
        self.note_ended(execution_id)
        if is_waiting:
            self._deadlines.look()

    def _each_watch(self, tell: Callable[[Watch], None]) -> None:
        with self._lock:
            watches = list(self._watches)
        for watch in watches:
            tell(watch)

    # -- the end -------------------------------------------------------------------------------------------------

    def close(self, timeout_seconds: float) -> None:
        """Stop everything within `timeout_seconds`: what runs becomes interrupted, what is queued stays. Idempotent."""
        if self._closed:
            return
        self._closed = True
        deadline = time.monotonic() + timeout_seconds
        offered = self._dispatcher.withdraw()
        self._dispatcher.close(timeout_seconds / 4)
        self._deadlines.close(timeout_seconds / 4)
        self.stop(self._hosting.execution_ids, SHUT_DOWN)
        self._hosting.wait_until_settled(timeout_seconds / 2)
        self._interrupt([*self._hosting.execution_ids, *(ref.execution_id for ref in offered)])
        self._pool.close(max(0.1, deadline - time.monotonic()))
        self._dedicated.close(max(0.1, deadline - time.monotonic()))
        self._equipment.tools.close(max(0.1, deadline - time.monotonic()))
        self._each_watch(lambda watch: watch.give_up(EngineClosedError("The lab was closed.", "Open it again.")))
        if crewai := self._loading.loaded:
            crewai.unload()

    def _interrupt(self, execution_ids: list[str]) -> None:
        """For what does not listen, and for what a caller offered and nobody will run any more."""
        if execution_ids:
            self._home.interrupt(execution_ids, SHUT_DOWN.message)
        for execution_id in execution_ids:
            self.note_ended(execution_id)
