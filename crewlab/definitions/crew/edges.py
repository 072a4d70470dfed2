"""Which tasks of a crew read the outputs of which, and which wait for which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.crew.crew import CrewDocument
from crewlab.definitions.expressions.names import Names
from crewlab.definitions.shape import in_crew_shape
from crewlab.errors import ExpressionError

_OFF = (None, False, 0, "", "false", "no", "off")
_USED = ("name", "condition", "async_execution")


def dependencies(document: Mapping[str, Any] | CrewDocument) -> list[list[int]]:
    """For each task the indices of the tasks whose outputs it reads, ascending.

    An absent `context` means every task before it, in each process; but nothing for an asynchronous task, as in
    crewAI. Names of unknown tasks are left out.
    """
    tasks, beside = _contexts(document), set(asynchronous(document))
    index_of = {name: index for index, (name, _) in reversed(list(enumerate(tasks)))}
    absent = [[] if index in beside else list(range(index)) for index in range(len(tasks))]
    return [
        absent[index] if context is None else sorted({index_of[name] for name in context if name in index_of})
        for index, (_, context) in enumerate(tasks)
    ]


def asynchronous(document: Mapping[str, Any] | CrewDocument) -> list[int]:
    """The tasks of a sequential crew that do not keep the next one waiting; in any other crew there are none."""
    process = document.process if isinstance(document, CrewDocument) else document.get("process")
    if (process or "sequential") != "sequential":
        return []
    return [index for index, body in enumerate(_bodies(document)) if body.get("async_execution") not in _OFF]


def turns(document: Mapping[str, Any] | CrewDocument) -> list[list[int]]:
    """For each task of a sequential crew with asynchronous ones, the tasks that have their turn, and end, before it.

    A task waits for all before it; an asynchronous one for those that are not.
    """
    beside, count = set(asynchronous(document)), len(_bodies(document))
    return [[other for other in range(index) if index not in beside or other not in beside] for index in range(count)]


def waits(document: Mapping[str, Any] | CrewDocument) -> list[list[int]]:
    """For each task the indices of the tasks that end before it begins: those it reads, and those its condition names.

    Names of unknown tasks are left out, and conditions that cannot be read.
    """
    reads, bodies = dependencies(document), _bodies(document)
    index_of = {str(body.get("name")): index for index, body in reversed(list(enumerate(bodies)))}
    named = [condition_names(body.get("condition")).outputs for body in bodies]
    return [
        sorted({*reads[index], *(index_of[name] for name in names if name in index_of)})
        for index, names in enumerate(named)
    ]


def condition_names(condition: Any) -> Names:
    """The outputs and inputs that a condition uses; none where it cannot be read."""
    if not isinstance(condition, str) or not condition.strip():
        return Names()
    from crewlab.definitions.expressions.expression import compiled  # only where there is one: CEL takes time to load

    try:
        return compiled(condition).names
    except ExpressionError:
        return Names()


def _contexts(document: Mapping[str, Any] | CrewDocument) -> list[tuple[str, list[str] | None]]:
    if isinstance(document, CrewDocument):
        return [(task.name, task.context) for task in document.tasks]
    return [(str(task.get("name")), _names(task.get("context"))) for task in _bodies(document)]


def _bodies(document: Mapping[str, Any] | CrewDocument) -> list[Mapping[str, Any]]:
    if isinstance(document, CrewDocument):
        return [{name: getattr(task, name) for name in _USED} for task in document.tasks]
    tasks = in_crew_shape(document).get("tasks")
    return [task for task in tasks if isinstance(task, Mapping)] if isinstance(tasks, list) else []


def _names(context: Any) -> list[str] | None:
    return [name for name in context if isinstance(name, str)] if isinstance(context, list) else None
