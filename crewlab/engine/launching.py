"""Starting, stopping, resuming and waiting: what a caller asks of the store and the engine together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from crewlab.definitions.kinds import kind_of
from crewlab.definitions.models import is_rehearsal, profiles_used, with_planning
from crewlab.engine.attempt import CANCELLED, AttemptRef
from crewlab.engine.engine import Engine
from crewlab.engine.flows.new_parts import parts_count
from crewlab.engine.following.async_waiting import AsyncWaiting
from crewlab.engine.following.waiting import STOP_SECONDS, Waiting
from crewlab.engine.handles import ExecutionHandle
from crewlab.engine.inputs import starting_values
from crewlab.engine.library.catalogue import Catalogue, Runnable, Target
from crewlab.engine.limits import checked, checked_priority, require_prices, require_room
from crewlab.engine.people.training import Training
from crewlab.engine.pool.dedicated import reasons_for_dedicated_worker
from crewlab.errors import ExecutionError, ExecutionNotFoundError, IllegalTransitionError, InputsError
from crewlab.executions.batch import Batch, NewBatch
from crewlab.executions.execution import Execution, Move, NewExecution
from crewlab.executions.identity import new_id
from crewlab.executions.launch import LaunchOptions, Limits, Origin
from crewlab.executions.status import IN_FLIGHT, ExecutionStatus
from crewlab.settings import Settings

if TYPE_CHECKING:
    from crewlab.store import Store

Progress = Callable[[Batch], None]
Row = Mapping[str, Any]


class Launching:
    """Every verb on executions, for one owner."""

    def __init__(
        self, store: Store, engine: Engine, catalogue: Catalogue, waiting: Waiting, settings: Settings
    ) -> None:
        self._executions, self._engine, self._catalogue = store.executions, engine, catalogue
        self._owner, self._executor = settings.owner, settings.executor
        self._waiting = waiting
        self._training = Training(store, catalogue, settings.owner)
        self._async_waiting = AsyncWaiting(engine, waiting)

    # -- starting ------------------------------------------------------------------------------------------------

    def run(self, definition: Runnable, inputs: Row | None, options: LaunchOptions) -> Execution:
        new = self.prepare(definition, [inputs or {}], options, "foreground")
        self._waiting.run_here([AttemptRef.of(new[0])], stored=self._executions.add(new, is_urgent=False))
        return self.get(new[0].execution_id)

    async def arun(self, definition: Runnable, inputs: Row | None, options: LaunchOptions) -> Execution:
        new = self.prepare(definition, [inputs or {}], options, "foreground")
        stored = self._executions.add(new, is_urgent=False)
        await self._async_waiting.run_here([AttemptRef.of(new[0])], stored=stored)
        return self.get(new[0].execution_id)

    def launch(self, definition: Runnable, inputs: Row | None, options: LaunchOptions) -> ExecutionHandle:
        new = self.prepare(definition, [inputs or {}], options, "background")
        self._executions.add(new).result()
        self._engine.serve()
        return ExecutionHandle(new[0].execution_id, self)

    def launch_training(
        self, definition: Runnable, inputs: Row | None, iterations: int, options: LaunchOptions
    ) -> ExecutionHandle:
        return self.launch(self._training.unrolled(definition, iterations), inputs, self._training.options(options))

    def lessons(self, execution_id: str) -> Mapping[str, tuple[str, ...]]:
        return self._training.lessons(execution_id)

    def run_each(
        self,
        definition: Runnable,
        rows: Iterable[Row],
        name: str | None,
        concurrency: int | None,
        options: LaunchOptions,
        on_progress: Progress | None,
    ) -> list[Execution]:
        refs, batch_id, stored = self._foreground_batch(definition, rows, name, concurrency, options)
        self._waiting.run_here(refs, stored=stored, limit=concurrency, tell=self._teller(batch_id, on_progress))
        return self._of_batch(batch_id)

    async def arun_each(
        self,
        definition: Runnable,
        rows: Iterable[Row],
        name: str | None,
        concurrency: int | None,
        options: LaunchOptions,
        on_progress: Progress | None,
    ) -> list[Execution]:
        refs, batch_id, stored = self._foreground_batch(definition, rows, name, concurrency, options)
        tell = self._teller(batch_id, on_progress)
        await self._async_waiting.run_here(refs, stored=stored, limit=concurrency, tell=tell)
        return self._of_batch(batch_id)

    def _foreground_batch(
        self,
        definition: Runnable,
        rows: Iterable[Row],
        name: str | None,
        concurrency: int | None,
        options: LaunchOptions,
    ) -> tuple[list[AttemptRef], str, Future[None]]:
        """The attempts of a new batch, its id, and when it is stored."""
        if concurrency is not None and concurrency < 1:
            raise InputsError(f"{concurrency} executions at a time never end.", "Give a concurrency of at least 1.")
        new = self.prepare(definition, rows, options, "foreground")
        members, stored = self._add_batch(new, name)
        return [AttemptRef.of(execution) for execution in members], str(members[0].batch_id), stored

    def launch_batch(
        self,
        definition: Runnable,
        rows: Iterable[Row],
        name: str | None,
        concurrency: int | None,
        options: LaunchOptions,
    ) -> Batch:
        if concurrency is not None:
            refs, batch_id, stored = self._foreground_batch(definition, rows, name, concurrency, options)
            self._engine.submit(refs, limit=concurrency)
            stored.result()
            return self._batch(batch_id)
        new = self.prepare(definition, rows, options, "background")
        members, stored = self._add_batch(new, name)
        stored.result()
        self._engine.serve()
        return self._batch(str(members[0].batch_id))

    def prepare(
        self, definition: Runnable, rows: Iterable[Row], options: LaunchOptions, origin: Origin
    ) -> list[NewExecution]:
        """Executions of a checked document, one per row, not yet stored."""
        self._engine.require_open()
        if origin == "foreground":
            self._engine.require_unpaused()
        if options.cassette is not None:
            self._engine.cassettes.require(options.cassette)
        is_replay = options.cassette is not None and options.cassette.is_replay
        overlay = self._catalogue.overlay(options.llm, options.llms)
        target = self._catalogue.find_runnable(definition, overlay, is_replay=is_replay, planning=options.planning)
        planned = with_planning(target.document, options.planning)
        if options.judge is not None:
            self._catalogue.require_judge(options.judge, is_replay=is_replay)
        used = profiles_used(planned, overlay, options.judge)
        options = options.model_copy(update={"profiles": used})
        options = self._training.followed(options, target.document)
        require_prices(planned, options, self._catalogue.price)
        inputs = starting_values(target.document, rows)
        self._catalogue.require_no_secrets(inputs)
        files = {"knowledge_files": self._catalogue.knowledge_files(target.document)}
        named = options.model_copy(update=files | self._catalogue.tool_library.resolve(target.document)._asdict())
        template = _template(target, named, origin, self._owner, self._executor)
        return [template.model_copy(update={"execution_id": new_id(), "inputs": row}) for row in inputs]

    def _add_batch(self, new: list[NewExecution], name: str | None) -> tuple[list[NewExecution], Future[None]]:
        """These executions as the members of a new batch, and when they are stored."""
        first = new[0]
        batch = NewBatch(
            batch_id=new_id(),
            owner=self._owner,
            name=name or f"{first.definition_name}, {len(new)} rows",
            definition_id=first.definition_id,
            definition_name=first.definition_name,
            version_number=first.version_number,
            input_columns=tuple(dict.fromkeys(column for execution in new for column in execution.inputs)),
            origin=first.origin,
        )
        members = [
            execution.model_copy(update={"batch_id": batch.batch_id, "row_number": number})
            for number, execution in enumerate(new, start=1)
        ]
        return members, self._executions.add(members, batch, is_urgent=first.origin == "background")

    # -- waiting -------------------------------------------------------------------------------------------------

    def wait(self, execution_ids: Sequence[str], timeout: float | None) -> list[Execution]:
        self._waiting.until_ended(execution_ids, timeout)
        return self._executions.get_all(execution_ids, owner=self._owner)

    def wait_batch(self, batch_id: str, timeout: float | None) -> Batch:
        members = [execution.execution_id for execution in self._of_batch(batch_id)]
        self._waiting.until_ended(members, timeout)
        return self._batch(batch_id)

    def _teller(self, batch_id: str, on_progress: Progress | None) -> Callable[[], None] | None:
        return None if on_progress is None else lambda: on_progress(self._batch(batch_id))

    # -- stopping ------------------------------------------------------------------------------------------------

    def cancel(self, execution_id: str) -> Execution:
        current = self.get(execution_id)
        require_whole(current)
        if current.status.is_terminal:
            raise IllegalTransitionError(execution_id, current.status.value, "cancelled")
        self._cancel([current])
        return self.get(execution_id)

    def cancel_batch(self, batch_id: str) -> Batch:
        self._cancel([execution for execution in self._of_batch(batch_id) if not execution.status.is_terminal])
        return self._batch(batch_id)

    def _cancel(self, executions: Sequence[Execution]) -> None:
        """Tell what runs here, end what waits, and wait a little for the former to be over."""
        with self._waiting.watching(execution.execution_id for execution in executions) as watch:
            for execution in executions:
                if execution.status in IN_FLIGHT:
                    self._executions.move(_move(execution, ExecutionStatus.CANCELLING, "asked to stop"))
            here = self._engine.stop(execution.execution_id for execution in executions)
            self._end_waiting([execution for execution in executions if execution.execution_id not in here])
            watch.wait(STOP_SECONDS)

    def _end_waiting(self, executions: Sequence[Execution]) -> None:
        """Cancel what has not been claimed; what was claimed in the meantime runs here by now, and is stopped."""
        moves = {
            execution.execution_id: self._executions.move(_move(execution, CANCELLED.status, CANCELLED.message))
            for execution in executions
        }
        ended = [execution_id for execution_id, moved in moves.items() if moved.result()]
        self._engine.stop(moves)
        for execution_id in ended:
            self._engine.note_ended(execution_id)

    def set_priority(self, execution_or_batch_id: str, priority: int) -> int:
        """The number of those that were still pending."""
        self._engine.require_open()
        checked_priority(priority)
        try:
            found = [self.get(execution_or_batch_id)]
        except ExecutionNotFoundError:
            found = self._of_batch(execution_or_batch_id)
        names = [execution.execution_id for execution in found]
        return self._executions.set_priority(names, priority, owner=self._owner).result()

    # -- resuming ------------------------------------------------------------------------------------------------

    def resume(self, execution_id: str, limits: Limits) -> Execution:
        current, changed = self.get(execution_id), checked(limits)
        require_whole(current)
        require_prices(current.document, current.options.model_copy(update=changed), self._catalogue.price)
        require_room(current, changed)
        refs = self._next_attempts([current], changed)
        if not refs:
            raise IllegalTransitionError(execution_id, current.status.value, "pending")
        self._go_on(refs, current.origin)
        return self.get(execution_id)

    def retry_failures(self, batch_id: str) -> int:
        again = {ExecutionStatus.FAILED, ExecutionStatus.INTERRUPTED}
        refs = self._next_attempts([execution for execution in self._of_batch(batch_id) if execution.status in again])
        self._go_on(refs, self._batch(batch_id).origin)
        return len(refs)

    def resume_batch(self, batch_id: str, on_progress: Progress | None) -> list[Execution]:
        self._engine.require_unpaused()
        members = self._of_batch(batch_id)
        pending = [AttemptRef.of(e, e.attempt) for e in members if e.status is ExecutionStatus.PENDING]
        interrupted = [execution for execution in members if execution.status is ExecutionStatus.INTERRUPTED]
        refs = pending + self._next_attempts(interrupted)
        self._waiting.run_here(refs, tell=self._teller(batch_id, on_progress))
        return self._of_batch(batch_id)

    def _next_attempts(
        self, executions: Sequence[Execution], limits: Mapping[str, Any] | None = None
    ) -> list[AttemptRef]:
        self._engine.require_open()
        message = ", ".join(["resumed", *(f"{name} {value:g}" for name, value in (limits or {}).items())])
        found = {execution.execution_id: execution for execution in executions}
        moved = self._executions.resume(list(found), owner=self._owner, message=message, limits=limits).result()
        return [AttemptRef.of(found[execution_id], attempt) for execution_id, attempt in moved]

    def _go_on(self, refs: Sequence[AttemptRef], origin: Origin) -> None:
        """Background work goes through the queue; what a caller once waited for is not in it."""
        if origin == "background":
            self._engine.begin(refs)
        else:
            self._engine.submit(refs)

    # -- reading -------------------------------------------------------------------------------------------------

    def get(self, execution_id: str) -> Execution:
        return self._executions.get(execution_id, owner=self._owner)

    def _batch(self, batch_id: str) -> Batch:
        return self._executions.batch(batch_id, owner=self._owner)

    def _of_batch(self, batch_id: str) -> list[Execution]:
        executions = self._executions.batch_executions(batch_id, owner=self._owner)
        return sorted(executions, key=lambda execution: execution.row_number or 0)


def require_whole(execution: Execution) -> None:
    """Raises `ExecutionError` for what a flow runs as its step: it is stopped, and goes on, with that."""
    if execution.root_execution_id is not None:
        what = f"The execution {execution.execution_id} is the step {execution.parent_step!r} of a flow."
        raise ExecutionError(what, f"Do it to the flow as a whole: {execution.root_execution_id}.")


def _move(execution: Execution, status: ExecutionStatus, message: str) -> Move:
    return Move(execution_id=execution.execution_id, attempt=execution.attempt, status=status, message=message)


def _template(target: Target, options: LaunchOptions, origin: Origin, owner: str, executor: str) -> NewExecution:
    return NewExecution(
        execution_id="",
        owner=owner,
        definition_id=target.definition_id,
        definition_name=target.name,
        version_number=target.version_number,
        content_hash=target.content_hash,
        document=target.document,
        options=options,
        origin=origin,
        is_rehearsal=is_rehearsal(target.document, options.overlay),
        tasks_total=parts_count(target.document),
        kind=kind_of(target.document),
        dedicated="; ".join(reasons_for_dedicated_worker(target.document, executor=executor)) or None,
    )
