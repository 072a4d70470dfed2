"""A crew as the work of an attempt."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from crewlab.engine.attempt import Stop
from crewlab.engine.awaiting import result_of
from crewlab.engine.conditions import Conditions
from crewlab.engine.equipment import Equipment
from crewlab.engine.pool.pool import Worker
from crewlab.engine.recorder import Recorder
from crewlab.engine.task_loop import TaskLoop
from crewlab.engine.work import Result, Tree
from crewlab.executions.execution import Claim
from crewlab.executions.person import Heard
from crewlab.executions.usage import Usage

if TYPE_CHECKING:
    from crewlab.bridge.contract import BuiltCrew, BuiltTask, CrewAI, TaskOutcome


class CrewWork:
    """Builds the crew of a claim and runs its tasks; implements `work.Work`."""

    def __init__(self, claim: Claim, worker: Worker, recorder: Recorder, equipment: Equipment, tree: Tree) -> None:
        self._claim, self._worker, self._recorder = claim, worker, recorder
        self._equipment, self._tree = equipment, tree
        self._crewai: CrewAI | None = None
        self._crew: BuiltCrew | None = None
        self._tasks: TaskLoop | None = None

    @property
    def usage(self) -> Usage:
        """What this attempt has used."""
        return self._recorder.usage

    async def load(self) -> None:
        loading = self._equipment.loading
        ready = loading.loaded
        self._crewai = ready if ready is not None else await result_of(loading.begin())

    async def open(self, stored: Future[Any] | None) -> str:
        assert self._crewai is not None  # `load` comes first
        execution = self._claim.execution
        async with self._worker.building:
            request = self._equipment.request(execution, self._recorder, self._tree.deck, stored)
            self._crew = self._crewai.build(request)
        await self._crew.open()
        count = len(self._crew.tasks)
        plan = f"{count} task{'' if count == 1 else 's'}, {self._crew.process}"
        why = execution.dedicated
        return f"{plan}; on {self._worker.name} alone: {why}" if why else plan

    async def run(self) -> Result | None:
        crew, claim = self._crew, self._claim
        assert crew is not None  # `open` comes first
        await self._plan_tasks(crew)
        conditions = Conditions(self._equipment.tools.run, crew.inputs)
        self._tasks = TaskLoop(
            crew,
            self._recorder,
            conditions,
            claim.finished_tasks,
            claim.parked_tasks,
            claim.scored_tasks,
            claim.begun_tasks,
        )
        last = await self._tasks.run()
        return None if last is None else Result(last.output, last.output_json)

    async def _plan_tasks(self, crew: BuiltCrew) -> None:
        """Have the tasks planned before they run, where that is wanted; a plan that was paid for is used again."""
        earlier = self._claim.plan
        if crew.is_planned:
            plans = earlier.plans if earlier else await crew.plan()
            self._recorder.crew_planned(plans, earlier)
            crew.follow(plans)

    @property
    def outcomes(self) -> list[tuple[BuiltTask, TaskOutcome]]:
        """Each task with what it produced, in the order of the document."""
        if self._crew is None or self._tasks is None:
            return []
        return [(self._crew.tasks[index], outcome) for index, outcome in sorted(self._tasks.outcomes.items())]

    def hear(self, heard: Heard) -> None:
        """Nothing: the next attempt goes on with it, once the other tasks have come to rest."""

    @property
    def is_done(self) -> bool:
        return self._tasks is not None and self._tasks.is_done

    @property
    def failed_part(self) -> str | None:
        return self._tasks.failed_task if self._tasks else None

    async def close(self, error: BaseException | None, *, completed: bool) -> None:
        """crewAI closes its open calls first, so that the usage of a task that is cut short counts them."""
        if self._crew is not None:
            if completed:
                await self._crew.publish()
            await self._crew.close(error)

    def end_open(self) -> None:
        if self._tasks is not None:
            self._tasks.end_open()

    def let_go(self, stop: Stop | None) -> None:
        if self._crew is not None:
            self._crew.let_go()
        self.end_open()
