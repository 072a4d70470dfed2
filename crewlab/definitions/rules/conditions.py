"""Conditions: whether a task runs at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crewlab.definitions.crew import SCHEMA_FIELDS, condition_names
from crewlab.definitions.expressions.expression import compiled
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.subject import Part, Subject, error, is_python_reference, listed, warning
from crewlab.errors import ExpressionError

HOW = 'Write a CEL expression, such as outputs.triage.json.priority == "high".'


def conditions(subject: Subject) -> Iterable[Problem]:
    """A condition is a CEL expression over outputs that are there in time, and inputs."""
    position = {task.name: index for index, task in reversed(list(enumerate(subject.tasks)))}
    for index, task in enumerate(subject.tasks):
        yield from _written(task)
        for name in sorted(condition_names(task.body.get("condition")).outputs):
            yield from _output(subject, task, index, name, position)


def only_conditional(subject: Subject) -> Iterable[Problem]:
    """Where every task may be skipped, there may be no output at all."""
    if subject.tasks and all(task.text("condition") for task in subject.tasks):
        what = "Every task has a condition; where all are skipped there is no output, and the execution fails."
        yield warning("crew.conditional.only", "tasks", what, "Leave one task without a condition.")


def _written(task: Part) -> Iterable[Problem]:
    where, condition = f"{task.where}.condition", task.body.get("condition")
    if isinstance(condition, str) and condition.strip():
        try:
            compiled(condition)
        except ExpressionError as failure:
            yield error("task.condition.invalid", where, failure.message, failure.hint)
    elif isinstance(condition, Mapping) and is_python_reference(condition):
        what = f"The condition is Python code ({condition['python'][:80]!r}), which CrewLab does not run."
        yield error("task.condition.code", where, what, HOW)
    elif isinstance(condition, Mapping):
        yield error("task.condition.invalid", where, "The condition is an object, and it has to be text.", HOW)
    elif _is_conditional(task):
        yield error("task.condition.missing", where, "A conditional task has no condition.", HOW)


def _is_conditional(task: Part) -> bool:
    return task.text("type").rpartition(".")[2].lower() == "conditionaltask"


def _output(subject: Subject, task: Part, index: int, name: str, position: dict[str, int]) -> Iterable[Problem]:
    where = f"{task.where}.condition"
    if name not in position:
        what = f"The condition reads outputs.{name}, and there is no task {name!r}."
        yield error("task.condition.unknown", where, what, f"The crew's tasks: {listed(position)}.")
    elif name == task.name:
        what = "The condition reads the output of its own task, which is not there yet."
        yield error("task.condition.self", where, what, "Name an earlier task.")
    elif position[name] > index and subject.process != "parallel":
        what = f"The condition reads {name!r}, which runs later in a {subject.process} crew."
        yield error("task.condition.later", where, what, f"Move {name!r} up, or choose the parallel process.")
    elif name in condition_names(task.body.get("condition")).json and not _answers_json(subject.tasks[position[name]]):
        what = f"The condition reads outputs.{name}.json, and the task {name!r} answers in text."
        yield error("task.condition.text", where, what, f"Give {name!r} a JSON Schema in output_json.")


def _answers_json(task: Part) -> bool:
    return any(task.body.get(field) for field in SCHEMA_FIELDS)
