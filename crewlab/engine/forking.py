"""Which tasks of an execution a fork runs again, and which outputs stand in for the others."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crewlab.definitions.crew import CrewDocument, TaskDocument, condition_names, parse_crew, waits
from crewlab.definitions.placeholders import AGENT_TEXTS, TASK_TEXTS, interpolate, with_defaults
from crewlab.engine.inputs import complete_inputs
from crewlab.errors import InputsError
from crewlab.executions.execution import Execution, StoredTask


@dataclass(frozen=True)
class ForkPlan:
    """A fork before it is stored."""

    inputs: dict[str, Any]
    given: tuple[StoredTask, ...]
    """Tasks that are not run, with the outputs that stand in."""
    first_task: str | None
    """The first task that was edited or is run again, in the order of the document."""


def plan_fork(
    source: Execution,
    finished: Sequence[StoredTask],
    from_task: str | None,
    outputs: Mapping[str, str] | None,
    inputs: Mapping[str, Any] | None,
) -> ForkPlan:
    """A task runs again when it is named, when its prompt changes with the inputs, or when it reads one that changes.

    Raises:
        InputsError: Nothing is changed, a task is unknown, or an edited output does not fit its task.
    """
    if from_task is None and not outputs and not inputs:
        raise InputsError("Nothing is changed.", "Name a task, edit an output or an input; or rerun it as it is.")
    crew = parse_crew(source.document)
    values = complete_inputs(source.document, [{**source.inputs, **(inputs or {})}])[0]
    stored = {task.task_index: task for task in finished}
    edited = _edited(crew, outputs or {}, stored, source)
    named = set() if from_task is None else {_index(crew, from_task)}
    if named & edited.keys():
        raise InputsError(f"The task {from_task!r} cannot be edited and run again.", "Edit it, or run from it.")
    changed = named | _changed_prompts(crew, source.inputs, values)
    unfinished = set(range(len(crew.tasks))) - stored.keys()
    again = _with_readers(waits(crew), changed | unfinished, edited.keys())
    kept = {index: _from(source, task) for index, task in stored.items() if not task.is_skipped}
    given = {**kept, **edited}
    first = min(again | edited.keys(), default=None)
    return ForkPlan(
        inputs=values,
        given=tuple(given[index] for index in sorted(given.keys() - again)),
        first_task=None if first is None else crew.tasks[first].name,
    )


def _index(crew: CrewDocument, name: str) -> int:
    names = [task.name for task in crew.tasks]
    if name not in names:
        raise InputsError(f"There is no task {name!r}.", f"Its tasks are {', '.join(names)}.")
    return names.index(name)


def _edited(
    crew: CrewDocument, outputs: Mapping[str, str], stored: Mapping[int, StoredTask], source: Execution
) -> dict[int, StoredTask]:
    """The outputs that a person wrote, by task."""
    edited = {}
    for name, text in outputs.items():
        index = _index(crew, name)
        if not text.strip():
            raise InputsError(f"The output of {name!r} is empty.", "Write what the task should have produced.")
        task, before = crew.tasks[index], stored.get(index)
        edited[index] = StoredTask(
            task_index=index,
            task_name=name,
            agent=before.agent if before else task.agent or "",
            attempt=before.attempt if before else source.attempt,
            execution_id=source.execution_id,
            is_edited=True,
            output=text,
            output_json=None if task.answer_schema is None else _json(name, text),
        )
    return edited


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise InputsError(f"The output of {name!r} is not JSON: {error}.", "The task answers in JSON.") from error


def _from(source: Execution, task: StoredTask) -> StoredTask:
    return task if task.execution_id else task.model_copy(update={"execution_id": source.execution_id})


def _with_readers(needs: Sequence[Collection[int]], changed: set[int], edited: Collection[int]) -> set[int]:
    """The changed tasks and all that read, directly or not, one of them or an edited one."""
    again = changed - set(edited)
    while True:
        news = again | set(edited)
        readers = {index for index, read in enumerate(needs) if index not in news and news & set(read)}
        if not readers:
            return again
        again |= readers


def _changed_prompts(crew: CrewDocument, before: Mapping[str, Any], after: Mapping[str, Any]) -> set[int]:
    old, new = _prompts(crew, before), _prompts(crew, after)
    return {index for index, prompt in enumerate(old) if prompt != new[index]}


def _prompts(crew: CrewDocument, inputs: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All that decides what each task does: what its agent sees, where one who may delegate sees everybody."""
    values = with_defaults({"inputs": crew.inputs}, inputs)
    agents = {name: _texts(agent, (*AGENT_TEXTS, "whole_goal"), values) for name, agent in crew.agents.items()}
    everybody = tuple(agents.values())

    def seen_by(name: str | None) -> tuple[Any, ...]:
        alone = crew.process != "hierarchical" and name in crew.agents and not crew.agents[name].allow_delegation
        return (agents[str(name)],) if alone else everybody

    return [(_texts(task, TASK_TEXTS, values), _asked(task, values), *seen_by(task.agent)) for task in crew.tasks]


def _asked(task: TaskDocument, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """The inputs that the task's condition looks at."""
    return tuple(values.get(name) for name in sorted(condition_names(task.condition).inputs))


def _texts(body: Any, names: Sequence[str], values: Mapping[str, Any]) -> tuple[str, ...]:
    texts = (getattr(body, name) for name in names)
    return tuple(interpolate(text, values) for text in texts if isinstance(text, str))
