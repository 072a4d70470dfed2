"""Executions that look as if a crew had run, written through the public store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from crewlab.definitions.version import content_hash
from crewlab.errors import ModelCallError
from crewlab.executions.accounting import usage_of
from crewlab.executions.batch import NewBatch
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import (
    BaseEvent,
    ModelCallCompleted,
    ModelCallStarted,
    PersonAsked,
    StateChange,
    StateChanged,
    StepCompleted,
    StepStarted,
    TaskCompleted,
    TaskFailed,
    TaskParked,
    TaskScored,
    TaskStarted,
    ToolCallCompleted,
    ToolCallStarted,
)
from crewlab.executions.execution import Execution, Move, NewExecution
from crewlab.executions.identity import new_id
from crewlab.executions.launch import LaunchOptions
from crewlab.executions.status import ExecutionStatus
from crewlab.executions.usage import Usage
from crewlab.store import Store

OWNER = "local"
REHEARSAL = "rehearsal/plain"
PRICE = {
    "model": "openai/gpt-4o-mini",
    "input_usd_per_million": 0.15,
    "output_usd_per_million": 0.6,
    "cached_usd_per_million": 0.075,
    "source": "tests",
    "effective_from": "2026-01-01",
}


@dataclass(frozen=True)
class Work:
    """What one task did: its answer, and what each of its model calls used."""

    name: str
    output: str = "An answer."
    output_json: Any = None
    agent: str = "analyst"
    seconds: float = 1.0
    input_tokens: int | None = 100
    output_tokens: int | None = 20
    cached_tokens: int | None = None
    model_calls: int = 1
    tool_calls: int = 0


RESEARCH = (
    Work("research", "Three sources were found.", seconds=1.5, input_tokens=200, output_tokens=50, tool_calls=1),
    Work("report", "The market grows by 4 %.", seconds=0.5, input_tokens=300, output_tokens=80),
)


def document(name: str = "market-brief", tasks: Sequence[Work] = RESEARCH, **changes: Any) -> dict[str, Any]:
    """A crew whose tasks have these names; `changes` are top-level fields."""
    agents = {
        work.agent: {"role": work.agent.title(), "goal": "Be useful", "backstory": "Experienced"} for work in tasks
    }
    listed = [
        {
            "name": work.name,
            "description": f"Do the {work.name} on {{topic}}",
            "expected_output": "One sentence",
            "agent": work.agent,
        }
        for work in tasks
    ]
    return {"name": name, "process": "sequential", "llm": REHEARSAL, "agents": agents, "tasks": listed, **changes}


def new_execution(
    *,
    owner: str = OWNER,
    crew: Mapping[str, Any] | None = None,
    inputs: Mapping[str, Any] | None = None,
    model: str = REHEARSAL,
    execution_id: str | None = None,
    **fields: Any,
) -> NewExecution:
    """An execution to be added; `fields` are fields of `NewExecution`."""
    crew = document() if crew is None else crew
    defaults: dict[str, Any] = {
        "execution_id": execution_id or new_id(),
        "owner": owner,
        "definition_name": crew["name"],
        "version_number": 1,
        "content_hash": content_hash(crew),
        "document": dict(crew),
        "inputs": {"topic": "tea"} if inputs is None else dict(inputs),
        "options": LaunchOptions(llm=model),
        "is_rehearsal": model.startswith("rehearsal/"),
        "tasks_total": len(crew["tasks"]),
    }
    return NewExecution(**{**defaults, **fields})


def new_batch(
    name: str = "Monday", *, owner: str = OWNER, definition_name: str = "market-brief", **fields: Any
) -> NewBatch:
    """A batch to be added together with its executions."""
    return NewBatch(
        **{
            "batch_id": new_id(),
            "owner": owner,
            "name": name,
            "definition_name": definition_name,
            "input_columns": ("topic",),
            **fields,
        }
    )


def running_execution(store: Store, **fields: Any) -> NewExecution:
    """An execution that was added, claimed and started."""
    execution = new_execution(**fields)
    store.executions.add([execution]).result()
    start(store, execution.execution_id)
    return execution


def start(store: Store, execution_id: str, attempt: int = 1) -> None:
    """Claim an attempt and have it running."""
    assert store.executions.claim(execution_id, attempt).result() is not None
    assert store.executions.move(
        Move(execution_id=execution_id, attempt=attempt, status=ExecutionStatus.RUNNING)
    ).result()


def finished_execution(
    store: Store,
    *,
    owner: str = OWNER,
    name: str = "market-brief",
    tasks: Sequence[Work] = RESEARCH,
    model: str = REHEARSAL,
    inputs: Mapping[str, Any] | None = None,
    error: BaseException | None = None,
    crew: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Execution:
    """An execution that ran to its end through the public store: completed, or failed in its last task with `error`.

    `fields` are fields of `NewExecution`, such as `definition_id`, `version_number` or `batch_id`.
    """
    crew = document(name, tasks, llm=model) if crew is None else crew
    execution = running_execution(store, owner=owner, crew=crew, inputs=inputs, model=model, **fields)
    run_to_end(store, execution, tasks, model=model, error=error)
    return store.executions.get(execution.execution_id, owner=owner)


def waiting_execution(store: Store, output: str = "A draft.", **fields: Any) -> Execution:
    """An execution whose first task waits for a person; fields of the question among them."""
    asked = {name: fields.pop(name) for name in set(fields) & set(PersonAsked.model_fields)}
    execution = running_execution(store, **fields)
    whose = {"execution_id": execution.execution_id, "task_name": "research", "agent": "analyst", "task_index": 0}
    question = PersonAsked(**whose, question_id=new_id(), output=output, **asked)
    started = TaskStarted(**whose, description="Do the research")
    parked = TaskParked(**whose, question_id=question.question_id, output=output, tasks_total=2)
    store.events.append([started, question, parked])
    store.executions.park(execution.execution_id, 1, "a person is asked").result()
    return store.executions.get(execution.execution_id, owner=execution.owner)


def finished_batch(
    store: Store, topics: Sequence[str] = ("tea", "coffee"), *, name: str = "Monday", **fields: Any
) -> str:
    """A batch with one finished execution for each topic; returns its id."""
    batch = new_batch(name, owner=fields.get("owner", OWNER))
    rows = [
        new_execution(
            inputs={"topic": topic},
            batch_id=batch.batch_id,
            row_number=number,
            **{key: value for key, value in fields.items() if key not in ("tasks", "error")},
        )
        for number, topic in enumerate(topics, 1)
    ]
    store.executions.add(rows, batch).result()
    for row in rows:
        start(store, row.execution_id)
        model = str(row.options.llm)
        run_to_end(store, row, fields.get("tasks", RESEARCH), model=model, error=fields.get("error"))
    return batch.batch_id


def run_to_end(
    store: Store,
    execution: NewExecution,
    tasks: Sequence[Work] = RESEARCH,
    *,
    model: str = REHEARSAL,
    attempt: int = 1,
    error: BaseException | None = None,
) -> None:
    """Have a running execution do `tasks` and end."""
    at = datetime.now(UTC)
    for index, work in enumerate(tasks):
        fails = error if index == len(tasks) - 1 else None
        events = task_events(execution, index, work, len(tasks), model=model, attempt=attempt, at=at, error=fails)
        store.events.append(events)
        at += timedelta(seconds=work.seconds)
    end = {"status": ExecutionStatus.COMPLETED, "output": tasks[-1].output, "output_json": tasks[-1].output_json}
    if error is not None:
        report = ErrorReport.from_exception(error, task_name=tasks[-1].name)
        end = {"status": ExecutionStatus.FAILED, "message": report.message, "error": report}
    assert store.executions.move(Move(execution_id=execution.execution_id, attempt=attempt, **end)).result()


def task_events(
    execution: NewExecution,
    index: int,
    work: Work,
    total: int,
    *,
    model: str = REHEARSAL,
    attempt: int = 1,
    at: datetime | None = None,
    error: BaseException | None = None,
) -> list[BaseEvent]:
    """Everything that one task records, from its start to its end."""
    begin = at or datetime.now(UTC)
    end = begin + timedelta(seconds=work.seconds)
    topic = execution.inputs.get("topic", "")
    envelope = {"execution_id": execution.execution_id, "attempt": attempt, "task_name": work.name, "agent": work.agent}
    calls: list[BaseEvent] = []
    for number in range(work.model_calls):
        calls += _model_call(envelope, work, model, begin, end, f"{index}-{number}", topic)
    for number in range(work.tool_calls):
        calls += _tool_call(envelope, begin, end, f"{index}-tool-{number}")
    usage = Usage.total(used for event in calls if (used := usage_of(event)) is not None)
    started = TaskStarted(
        **envelope, occurred_at=begin, task_index=index, description=f"Do the {work.name} on {topic}",
        expected_output="One sentence", message=f"{work.name} started",
    )  # fmt: skip
    ended = {
        **envelope, "occurred_at": end, "task_index": index, "started_at": begin, "usage": usage, "tasks_total": total,
    }  # fmt: skip
    if error is not None:
        report = ErrorReport.from_exception(error, task_name=work.name)
        return [started, *calls, TaskFailed(**ended, tasks_done=index, error=report, message=report.message)]
    done = TaskCompleted(
        **ended,
        tasks_done=index + 1,
        output=work.output,
        output_json=work.output_json,
        message=f"{work.name} completed",
    )
    return [started, *calls, done]


def model_error(message: str = "The model answered 500.") -> ModelCallError:
    """What a failing model raises."""
    return ModelCallError(message, "Try again later.", status=500)


def _model_call(
    envelope: dict[str, Any], work: Work, model: str, begin: datetime, end: datetime, call_id: str, topic: str
) -> list[BaseEvent]:
    rehearsed = model.startswith("rehearsal/")
    priced = not rehearsed and work.input_tokens is not None and work.output_tokens is not None
    return [
        ModelCallStarted(**envelope, occurred_at=begin, call_id=call_id, model=model, message=f"{model} was asked"),
        ModelCallCompleted(
            **envelope,
            occurred_at=end,
            call_id=call_id,
            model=model,
            started_at=begin,
            messages=[{"role": "user", "content": f"Do the {work.name} on {topic}"}],
            parameters={"temperature": 0.2},
            response=work.output,
            finish_reason="stop",
            input_tokens=work.input_tokens,
            output_tokens=work.output_tokens,
            cached_tokens=work.cached_tokens,
            cost_usd=_cost(work) if priced else None,
            price={**PRICE, "model": model} if priced else None,
            is_rehearsal=rehearsed,
            message=f"{model} answered",
        ),
    ]


def _cost(work: Work) -> float:
    cached = work.cached_tokens or 0
    fresh = (work.input_tokens or 0) - cached
    return (
        fresh * PRICE["input_usd_per_million"]  # type: ignore[operator]  # the record mixes texts and numbers
        + cached * PRICE["cached_usd_per_million"]  # type: ignore[operator]  # prices are numbers
        + (work.output_tokens or 0) * PRICE["output_usd_per_million"]  # type: ignore[operator]  # prices are numbers
    ) / 1_000_000


def _tool_call(envelope: dict[str, Any], begin: datetime, end: datetime, call_id: str) -> list[BaseEvent]:
    return [
        ToolCallStarted(**envelope, occurred_at=begin, call_id=call_id, tool="FileReadTool"),
        ToolCallCompleted(
            **envelope,
            occurred_at=end,
            call_id=call_id,
            tool="FileReadTool",
            started_at=begin,
            arguments={"file_path": "sources.csv"},
            result="a,b\n1,2",
            message="FileReadTool read sources.csv",
        ),
    ]


def scored(execution_id: str, task_name: str, quality: float = 7.5) -> TaskScored:
    """What a judge thought of the first task."""
    return TaskScored(
        execution_id=execution_id, task_name=task_name, task_index=0, quality=quality, model="openai/gpt-5"
    )


def step_events(
    execution_id: str, step: str, *, output: Any = "done", attempt: int = 1, writes: Mapping[str, Any] | None = None
) -> list[BaseEvent]:
    """A step of a flow that begins, writes into the state and completes."""
    named: dict[str, Any] = {"execution_id": execution_id, "attempt": attempt, "task_name": step, "step": step}
    changes = tuple(StateChange(field=name, after=value) for name, value in (writes or {"best": 1}).items())
    return [
        StepStarted(**named, step_kind="expression", trigger=("before",)),
        StateChanged(**named, changes=changes),
        StepCompleted(**named, step_kind="expression", output=output, tasks_done=1, tasks_total=2),
    ]


def running_flow(store: Store, **fields: Any) -> NewExecution:
    """A flow that was added, claimed and started."""
    flow = {"schema": "crewai.flow/v1", "name": "brief", "methods": {}, "tasks": []}
    return running_execution(store, crew=flow, kind="flow", **fields)


def child_of(flow: NewExecution, step: str, **fields: Any) -> NewExecution:
    """What a flow runs as one of its steps, not begun yet."""
    parts = {"parent_execution_id": flow.execution_id, "parent_step": step, "root_execution_id": flow.tree_id}
    return new_execution(origin="foreground", **parts, **fields)
