"""Fakes of the model's side: a crewAI whose tasks answer, fail or hang as a test says, and a home in memory."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from crewlab.bridge.contract import BuildRequest, BuiltTask, GuardrailVerdict, Message, TaskOutcome
from crewlab.definitions.flows.restoring import FlowHalfway
from crewlab.definitions.human_input import HumanInputDocument
from crewlab.engine.attempt import AttemptRef
from crewlab.engine.awaiting import result_of
from crewlab.engine.homes.home import QueuePage
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import BaseEvent, ModelCallCancelled, ModelCallCompleted, ModelCallFailed, TaskPlan
from crewlab.executions.execution import Claim, Execution, Move, StoredTask
from crewlab.executions.model_test import ModelTest
from crewlab.executions.person import Answered, NextAttempt, ParkedTask, PersonAnswer, Question
from crewlab.executions.queue_room import QueueRoom
from crewlab.executions.status import NEXT, ExecutionStatus

HANG = object()
"""A task that waits for ever, until it is cancelled."""
TOO_LONG = object()
"""A task that waits for ever, while two minutes pass on the clock of its loop: a limit of one is over."""
INPUT_TOKENS, OUTPUT_TOKENS = 10, 5


class Meeting:
    """An answer that each task waits for until so many of them wait at the same time; then none waits any more."""

    def __init__(self, size: int) -> None:
        self._size, self._there = size, list[Future[str]]()
        self._lock = threading.Lock()

    async def join(self) -> str:
        place: Future[str] = Future()
        with self._lock:
            self._there.append(place)
            is_whole = len(self._there) >= self._size
        for each in list(self._there) if is_whole else ():
            if not each.done():
                each.set_result("met")
        return await asyncio.wrap_future(place)


def _pass_two_minutes() -> None:
    loop = asyncio.get_running_loop()
    time = loop.time
    loop.time = lambda: time() + 120  # type: ignore[method-assign]  # the clock of this loop alone


class FakeCrewAI:
    """What `bridge.load()` returns. `answers[task name]` is a text, an exception, `HANG`, `TOO_LONG`, a number of
    seconds to take, a future or `Meeting` to wait for, a function of the request that gives one of those, or a list of
    those, one per call."""

    def __init__(self, answers: Mapping[str, Any] | None = None, verdicts: Sequence[GuardrailVerdict] = ()) -> None:
        self.answers = dict(answers or {})
        self.verdicts = list(verdicts)
        self.calls: Counter[str] = Counter()
        self.started: list[str] = []
        self.most_at_once = self.now = 0
        self.build_error: BaseException | None = None
        self.saved: list[tuple[str, FlowHalfway]] = []
        """Checkpoints of flows, with their moments."""
        self.unloaded = self.models_closed = False
        self._lock = threading.Lock()

    def build(self, request: BuildRequest) -> FakeCrew:
        if self.build_error is not None:
            raise self.build_error
        return FakeCrew(self, request)

    def build_agent(self, request: BuildRequest, step: str, agent: Mapping[str, Any], prompt: Any) -> FakeCrew:
        """A crew of one task that is called like the step; its prompt is its description."""
        guardrails = [agent["guardrail"]] if "guardrail" in agent else []
        asked = task(step, description=str(prompt), agent=step, guardrails=guardrails)
        return FakeCrew(self, replace(request, document={"agents": {step: agent}, "tasks": [asked]}))

    async def call_tool(self, request: BuildRequest, step: str, ref: str, arguments: Mapping[str, Any]) -> Any:
        answer = self.answer(step)
        if isinstance(answer, Exception):
            raise answer
        return answer(arguments) if callable(answer) else answer

    def flow_files(self, request: BuildRequest) -> FakeCrewAI:
        return self

    async def save(self, plan: Any, trigger: str, halfway: FlowHalfway) -> None:
        self.saved.append((trigger, halfway))

    async def choose_outcome(
        self, request: BuildRequest, step: str, words: str, outcomes: Sequence[str], llm: Any
    ) -> str:
        """The outcome whose first letter the words begin with."""
        return next(outcome for outcome in outcomes if words.startswith(outcome[0]))

    async def choose_route(
        self, request: BuildRequest, step: str, flow: Mapping[str, Any], state: Mapping[str, Any], llm: Any
    ) -> str | None:
        answer = self.answer(step)
        if isinstance(answer, Exception):
            raise answer
        return str(answer)

    async def converse(
        self, request: BuildRequest, step: str, system_prompt: str | None, messages: Sequence[Message], llm: Any
    ) -> str:
        """What was said, after the answer of the test."""
        return f"{self.answer(step)}: {messages[-1]['content']}"

    async def test_model(self, llm: Any, *, credentials: Any, timeout_seconds: float) -> ModelTest:
        return ModelTest(ok=True, latency_seconds=0.0, answer=f"hello from {llm}")

    async def close_models(self) -> None:
        self.models_closed = True

    def unload(self) -> None:
        self.unloaded = True

    def answer(self, task: str) -> Any:
        with self._lock:
            number = self.calls[task]
            self.calls[task] += 1
            self.started.append(task)
        answer = self.answers.get(task, f"{task} done")
        return answer[min(number, len(answer) - 1)] if isinstance(answer, list) else answer

    def count(self, by: int) -> None:
        with self._lock:
            self.now += by
            self.most_at_once = max(self.most_at_once, self.now)


class FakeCrew:
    """Each task is one model call of 10 and 5 tokens."""

    def __init__(self, crewai: FakeCrewAI, request: BuildRequest) -> None:
        document = request.document
        self.crewai, self.request = crewai, request
        self.process = str(document.get("process", "sequential"))
        names = [task["name"] for task in document["tasks"]]
        self.tasks = tuple(
            BuiltTask(
                index=index,
                name=task["name"],
                agent=task.get("agent"),
                description=task.get("description", ""),
                expected_output="",
                depends_on=tuple(names.index(name) for name in task.get("context") or ()),
                guardrails=tuple(task.get("guardrails") or ()),
                guardrail_max_retries=task.get("guardrail_max_retries", 3),
                question=HumanInputDocument.model_validate(task["human_input"]) if "human_input" in task else None,
            )
            for index, task in enumerate(document["tasks"])
        )
        self.is_scored = request.judge is not None
        self.inputs, self.is_planned = request.inputs, bool(document.get("planning"))
        self.open_calls: dict[str, datetime] = {}
        self.restored: list[str] = []
        self.feedback: list[str] = []

    async def open(self) -> None:
        pass

    async def run_task(
        self,
        index: int,
        outcomes: Mapping[int, TaskOutcome],
        *,
        feedback: str | None = None,
        previous: TaskOutcome | None = None,
        conversation: Sequence[Message] | None = None,
    ) -> TaskOutcome:
        task = self.tasks[index]
        if self.request.stored is not None:
            await result_of(self.request.stored)
        if feedback is not None:
            self.feedback.append(feedback)
        self.open_calls[task.name] = datetime.now(UTC)
        self.crewai.count(1)
        try:
            answer = await self._answer(self.crewai.answer(task.name))
        finally:
            self.crewai.count(-1)
        if isinstance(answer, Exception):
            self._record(ModelCallFailed, task, error=ErrorReport.from_exception(answer))
            raise answer
        self._record(ModelCallCompleted, task, input_tokens=INPUT_TOKENS, output_tokens=OUTPUT_TOKENS)
        return TaskOutcome(output=str(answer), output_json=None, agent=task.agent or "manager")

    async def _answer(self, answer: Any) -> Any:
        if callable(answer):
            answer = answer(self.request)
        if answer is TOO_LONG:
            _pass_two_minutes()
        if answer is HANG or answer is TOO_LONG:
            await asyncio.Event().wait()
        if isinstance(answer, int | float):
            await asyncio.sleep(answer)
        if isinstance(answer, Future):
            return await asyncio.wrap_future(answer)
        if isinstance(answer, Meeting):
            return await answer.join()
        return answer

    def _record(self, kind: type[BaseEvent], task: BuiltTask, **fields: Any) -> None:
        self.request.record(
            kind(
                execution_id=self.request.execution_id,
                attempt=self.request.attempt,
                task_name=task.name,
                agent=task.agent,
                call_id=f"{self.request.execution_id}-{task.name}-{self.crewai.calls[task.name]}",
                model="rehearsal/fake",
                is_rehearsal=True,
                started_at=self.open_calls.pop(task.name),
                **fields,
            )
        )

    async def check_guardrail(self, index: int, number: int, outcome: TaskOutcome) -> GuardrailVerdict:
        return self.crewai.verdicts.pop(0)

    def restore(self, task: StoredTask) -> TaskOutcome:
        self.restored.append(task.task_name)
        return TaskOutcome(output=task.output, output_json=task.output_json, agent=task.agent)

    async def remember(self, index: int, outcome: TaskOutcome, *, is_accepted: bool) -> None:
        """A fake remembers nothing."""

    async def plan(self) -> tuple[TaskPlan, ...]:
        return tuple(TaskPlan(task_name=task.name, plan=" Carefully.") for task in self.tasks)

    def follow(self, plans: Sequence[TaskPlan]) -> None:
        self.followed = [plan.task_name for plan in plans]

    async def conclude(self, index: int, outcome: TaskOutcome) -> None:
        pass

    async def finish(self, outcomes: Mapping[int, TaskOutcome]) -> TaskOutcome:
        return outcomes[len(self.tasks) - 1]

    async def publish(self) -> None:
        """A fake shares nothing."""

    async def close(self, error: BaseException | None) -> None:
        self.let_go()

    def let_go(self) -> None:
        for task in self.tasks:
            if task.name in self.open_calls:
                self._record(ModelCallCancelled, task)


class FakeHome:
    """A home in memory that knows which moves are legal."""

    def __init__(
        self, *executions: Execution, finished: Sequence[StoredTask] = (), parked: Sequence[ParkedTask] = ()
    ) -> None:
        self.executions = {execution.execution_id: execution for execution in executions}
        self.finished, self.parked = tuple(finished), tuple(parked)
        self.questions: list[Question] = []
        self.answers: list[PersonAnswer] = []
        self.events: list[BaseEvent] = []
        self.moves: list[Move] = []
        self.claims_asked = self.claims = 0
        self.claim_gate: Future[None] | None = None
        """While set and not done, claims are not answered."""
        self._lock = threading.Lock()

    def status(self, execution_id: str) -> ExecutionStatus:
        return self.executions[execution_id].status

    def of(self, kind: type[BaseEvent]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def claim(self, ref: AttemptRef, message: str) -> Future[Claim | None]:
        future: Future[Claim | None] = Future()
        self.claims_asked += 1
        if self.claim_gate is None:
            self._answer(future, ref, message)
        else:
            self.claim_gate.add_done_callback(lambda _: self._answer(future, ref, message))
        return future

    def _answer(self, future: Future[Claim | None], ref: AttemptRef, message: str) -> None:
        self.claims += 1
        won = self._change(ref, ExecutionStatus.PREPARING, status_message=message)
        execution = self.executions[ref.execution_id]
        claim = Claim(execution=execution, finished_tasks=self.finished, parked_tasks=self.parked)
        future.set_result(claim if won else None)

    def _change(self, ref: AttemptRef, status: ExecutionStatus, **fields: Any) -> bool:
        with self._lock:
            execution = self.executions.get(ref.execution_id)
            if execution is None or execution.attempt != ref.attempt or status not in NEXT[execution.status]:
                return False
            self.executions[ref.execution_id] = execution.model_copy(update={"status": status, **fields})
            return True

    def move(self, move: Move, *, is_urgent: bool = True) -> Future[bool]:
        future: Future[bool] = Future()
        fields = {"status_message": move.message, "output": move.output, "error": move.error, "reason": move.reason}
        moved = self._change(AttemptRef(move.execution_id, move.attempt), move.status, **fields)
        if moved:
            self.moves.append(move)
        future.set_result(moved)
        return future

    def park(self, ref: AttemptRef, message: str) -> Future[NextAttempt | None]:
        future: Future[NextAttempt | None] = Future()
        self._change(ref, ExecutionStatus.WAITING, status_message=message)
        future.set_result(None)
        return future

    def next_deadline(self) -> datetime | None:
        return min((question.deadline for question in self.questions if question.deadline), default=None)

    def overdue(self, now: datetime) -> list[Question]:
        return [question for question in self.questions if question.deadline and question.deadline <= now]

    def answer(self, question: Question, answer: PersonAnswer) -> Future[Answered]:
        self.questions.remove(question)
        self.answers.append(answer)
        future: Future[Answered] = Future()
        future.set_result(Answered(next=NextAttempt(question.execution_id, 2, "background")))
        return future

    def record(self, event: BaseEvent) -> None:
        self.events.append(event)

    def pending(self, room: QueueRoom) -> QueuePage:
        waiting = [e for e in self.executions.values() if e.status is ExecutionStatus.PENDING]
        refs = [AttemptRef.of(e, e.attempt) for e in waiting if e.origin == "background"]
        alone = [ref for ref in refs if ref.dedicated]
        given = [ref for ref in refs if not ref.dedicated][: room.shared] + alone[: room.dedicated]
        return QueuePage(given, len(refs) - len(given))

    def interrupt(self, execution_ids: Sequence[str], message: str) -> Future[int]:
        future: Future[int] = Future()
        done = [
            self._change(AttemptRef(name, self.executions[name].attempt), ExecutionStatus.INTERRUPTED)
            for name in execution_ids
        ]
        future.set_result(sum(done))
        return future


def task(name: str, **fields: Any) -> dict[str, Any]:
    """A task of a document."""
    return {"name": name, "description": name, "expected_output": "text", "agent": "writer", **fields}


def document(*tasks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A document that passes every check; one task called `write` unless told otherwise."""
    writer = {"role": "Writer", "goal": "Write", "backstory": "Brief", "llm": "rehearsal/plain"}
    return {"name": "crew", "agents": {"writer": writer}, "tasks": list(tasks or (task("write"),)), **fields}


def execution(execution_id: str = "e1", **fields: Any) -> Execution:
    """A pending execution of `document()`."""
    values: dict[str, Any] = {
        "owner": "local",
        "definition_name": "crew",
        "content_hash": "0",
        "document": document(),
        "created_at": datetime.now(UTC),
    }
    return Execution(execution_id=execution_id, **(values | fields))
