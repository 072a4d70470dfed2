"""A flow as the work of an attempt: each step begins the moment that its trigger is satisfied.

What fails ends the flow, unless the step says where a failure leads: what runs already goes on to its end, because
it is paid for, and nothing new begins. A resume goes on from there.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from typing import Any

from crewlab.definitions.flows.closure import Closure
from crewlab.definitions.flows.conversation import models_of
from crewlab.definitions.flows.flow import parse_flow
from crewlab.definitions.flows.references import actions_of
from crewlab.definitions.flows.state import StateContract
from crewlab.engine.attempt import Stop
from crewlab.engine.awaiting import result_of
from crewlab.engine.equipment import Equipment
from crewlab.engine.flows.apart import until_over
from crewlab.engine.flows.checkpoints import FlowCheckpoints
from crewlab.engine.flows.course import course_of, with_added_steps
from crewlab.engine.flows.desk import Desk
from crewlab.engine.flows.flow_state import FlowState
from crewlab.engine.flows.graph import Call, Graph
from crewlab.engine.flows.learning import learns, publish, shares_memories
from crewlab.engine.flows.parts import MakeRunner, Parts
from crewlab.engine.flows.step_call import Done, perform
from crewlab.engine.flows.step_records import OpenCall, StepRecords, report_of
from crewlab.engine.flows.step_results import result_of_step
from crewlab.engine.flows.waiting_calls import WaitingCalls
from crewlab.engine.pool.pool import Worker
from crewlab.engine.recorder import Recorder
from crewlab.engine.work import Result, Tree
from crewlab.errors import ExecutionError, StepFailedError
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.execution import Claim
from crewlab.executions.person import Heard
from crewlab.executions.steps import FinishedStep, call_key, question_index

_NEEDS_CREWAI = ("crew", "agent", "tool")


class FlowWork:
    """Runs the steps of a claimed flow; implements `work.Work`."""

    def __init__(
        self,
        claim: Claim,
        worker: Worker,
        recorder: Recorder,
        equipment: Equipment,
        tree: Tree,
        make_runner: MakeRunner,
    ) -> None:
        self._claim, self._worker, self._recorder = claim, worker, recorder
        self._equipment, self._tree = equipment, tree
        self._parts = Parts(equipment, worker, tree, make_runner, claim.flow.children)
        self._records = StepRecords(recorder, 0)
        self._open: dict[asyncio.Task[Done], tuple[Call, OpenCall]] = {}
        self._over: deque[asyncio.Task[Done]] = deque()
        self._news = asyncio.Event()
        self._failures: list[tuple[str, BaseException]] = []
        self._asked = {one.task_index: one for one in claim.parked_tasks}
        self._waiting = WaitingCalls(claim.execution.execution_id, self._asked)
        self._comes_to_rest = self._is_over = self._is_given_up = False
        self._last = Result("")
        """What the step produced that was over last."""

    async def load(self) -> None:
        """Only flows that run agents or tools, or ask models in a conversation, need crewAI."""
        documents = [self._claim.execution.document, *_definitions(self._claim.execution.document)]
        calls = (placed.call for document in documents for placed in actions_of(document))
        if any(call in _NEEDS_CREWAI for call in calls) or any(map(models_of, documents)):
            await result_of(self._equipment.loading.begin())

    async def open(self, stored: Future[Any] | None) -> str:
        execution = self._claim.execution
        closure = Closure.of(execution.document)
        flow = parse_flow(closure.document)
        flow = with_added_steps(flow, closure.document)
        self._graph = Graph(flow)
        self._places = {name: place for place, name in enumerate(flow.steps)}
        self._records = StepRecords(self._recorder, len(flow.steps), quiet=flow.config.suppress_flow_events)
        self._desk = Desk(
            execution=execution,
            closure=closure,
            flow=flow,
            state=FlowState(StateContract(closure.document), execution.inputs, execution.execution_id),
            equipment=self._equipment,
            parts=self._parts,
            records=self._records,
            recorder=self._recorder,
            worker=self._worker,
            tree=self._tree,
            hears=self._graph.hears,
            now=execution.created_at,
            finished={call_key(one.step, one.call_number): one for one in self._claim.flow.finished},
            items=dict(self._claim.flow.items),
            parked=self._asked,
            begun=self._claim.begun_tasks,
        )
        self._course = course_of(self._desk, self._graph)
        self._checkpoints = FlowCheckpoints(self._desk)
        if stored is not None:
            await result_of(stored)
        count = len(flow.steps)
        return f"{count} step{'' if count == 1 else 's'}"

    async def run(self) -> Result | None:
        """Run all steps that are to be run, each as soon as it may.

        Raises:
            StepFailedError: A step failed, and does not say where that leads.
        """
        try:
            ready = self._replayed()
            self._checkpoints.at("flow_started")
            self._start(ready)
            await self._all_over()
            while not self._is_held and (calls := self._course.next()):
                self._start(calls)
                await self._all_over()
            self._checkpoints.at(self._ending, is_over=self._ending == "flow_finished")
        finally:
            self._comes_to_rest = True  # who answers from now on is heard by the next attempt
            await self._stop_open()
            await self._checkpoints.settled()
        self._is_over = True
        if self._failures:
            step, error = self._failures[0]
            report = report_of(error, step)
            raise StepFailedError(f"step {step}", report.message, report.hint) from error
        return None if self._waiting else self._last

    @property
    def _ending(self) -> str:
        """What crewAI calls the way in which the flow came to rest."""
        if self._failures or self._recorder.is_over_budget:
            return "flow_failed"
        return "flow_paused" if self._waiting else "flow_finished"

    async def _all_over(self) -> None:
        while self._open:
            await self._news.wait()
            self._news.clear()
            while self._over:
                self._take(self._over.popleft())

    def _replayed(self) -> list[Call]:
        """What earlier attempts left to do: their ends are told once more, in the same order.

        Each turn of a conversation is an attempt, so that telling each end again would grow with its square.
        """
        ready: dict[tuple[str, int], Call] = {}
        for finished in self._claim.flow.finished:
            ready = ready or {(call.step, call.number): call for call in self._course.next()}
            call = ready.pop((finished.step, finished.call_number), None)
            if call is not None:
                following = self._reuse(call, finished)
                ready.update({(one.step, one.number): one for one in following})
        if self._desk.flow.is_conversation and self._claim.flow.finished:
            self._records.turns_kept(len(self._claim.flow.finished))
        return list(ready.values())

    def _reuse(self, call: Call, finished: FinishedStep) -> list[Call]:
        self._desk.state.restore(finished.writes)
        opened = self._opened(call)
        if self._desk.flow.is_conversation:
            self._records.kept(opened)
        else:
            self._records.reused(opened, finished)
        if finished.execution_id is None:
            self._desk.learned.append(question_index(opened.index, opened.number))
        if finished.error is not None:
            self._desk.keep(call.step, _told(finished.error))
        else:
            self._desk.keep(call.step, finished.output)
            self._note_last(call, finished.output)
        return self._graph.over(call, finished.outcome, failed=finished.error is not None)

    def _opened(self, call: Call) -> OpenCall:
        kind: Any = self._desk.flow.steps[call.step].do.call
        return OpenCall(call.step, call.number, self._places[call.step], kind, call.trigger)

    def _note_last(self, call: Call, output: Any) -> None:
        if self._course.note(call, output):
            self._last = result_of_step(self._desk.flow.steps[call.step], output)
        self._checkpoints.keep(call.step, output)

    @property
    def _is_held(self) -> bool:
        """Whether nothing may begin: something waits for a person, has failed, or nothing may be paid any more."""
        return bool(self._waiting) or self._may_begin_nothing

    @property
    def _may_begin_nothing(self) -> bool:
        return bool(self._failures) or self._recorder.is_over_budget or self._is_given_up

    def _start(self, calls: list[Call]) -> None:
        """Begin, unless something has failed, or nothing may be paid any more."""
        if self._may_begin_nothing:
            return
        for call in calls:
            opened = self._opened(call)
            self._checkpoints.at("method_execution_started")
            task = asyncio.create_task(perform(self._desk, call, self._desk.flow.steps[call.step], opened))
            self._open[task] = (call, opened)
            task.add_done_callback(self._note_over)

    def _note_over(self, task: asyncio.Task[Done]) -> None:
        self._over.append(task)
        self._news.set()

    def _take(self, task: asyncio.Task[Done]) -> None:
        """A call is over: what follows from it begins."""
        call, opened = self._open.pop(task)
        if task.cancelled():
            what = f"The step {call.step!r} was stopped by something of its own."
            self._fail(call, opened, ExecutionError(what, "Resume to run it again."))
        elif (error := task.exception()) is not None:
            self._fail(call, opened, error)
        elif task.result().is_parked:
            self._waiting.add(call, opened)
            self._checkpoints.at("method_execution_paused")
            self._take_up()
        else:
            done = task.result()
            self._note_last(call, done.output)
            self._checkpoints.at("method_execution_finished")
            if done.outcome is not None:
                declared = self._desk.flow.steps[call.step].outcomes
                self._records.route_taken(opened, done.outcome, declared, is_heard=self._graph.hears(done.outcome))
            self._start(self._graph.over(call, done.outcome))

    def hear(self, heard: Heard) -> None:
        """Go on at once with what a person has answered."""
        if not self._comes_to_rest:
            self._waiting.hear(heard)
            self._parts.hear(heard)
            self._take_up()

    def _take_up(self) -> None:
        if not self._may_begin_nothing:
            self._start(self._waiting.take_answered())

    def _fail(self, call: Call, opened: OpenCall, error: BaseException) -> None:
        """The flow goes on where the step says; or it ends, once all is done that was begun."""
        if opened.started_at is None:
            self._records.started(opened)
        report = report_of(error, call.step)
        ends = self._recorder.is_over_budget or call.is_beyond  # an outcome could lead round the same loop for ever
        outcome = None if ends else self._desk.flow.steps[call.step].error_outcome
        self._records.failed(opened, report, outcome)
        self._checkpoints.at("method_execution_failed")
        if outcome is None:
            self._failures.append((call.step, error))
            return
        self._records.route_taken(opened, outcome, (outcome,), is_heard=self._graph.hears(outcome))
        self._desk.keep(call.step, _told(report))
        self._start(self._graph.over(call, outcome, failed=True))

    async def _stop_open(self) -> None:
        """Stop what runs, and wait until it has."""
        for task in self._open:
            task.cancel()
        await until_over(self._open.keys())

    @property
    def is_done(self) -> bool:
        return self._is_over

    @property
    def failed_part(self) -> str | None:
        return self._failures[0][0] if self._failures else None

    async def close(self, error: BaseException | None, *, completed: bool) -> None:
        """Every step has closed what it opened; what was learned is for later executions now."""
        if completed and (learns(self._desk.flow) or shares_memories(self._desk.closure.document)):
            await publish(self._desk)

    def end_open(self) -> None:
        self._records.end_open()

    def let_go(self, stop: Stop | None) -> None:
        self._is_given_up = True
        self._parts.let_go(stop)
        self.end_open()


def _told(report: ErrorReport) -> dict[str, Any]:
    """What `outputs.STEP` is after a failure that the flow goes on from."""
    return {"error": {"type": report.type, "message": report.message, "hint": report.hint}}


def _definitions(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What a snapshot holds besides the flow itself."""
    return (entry["document"] for entry in (document.get("definitions") or {}).values())
