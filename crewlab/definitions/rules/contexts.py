"""Which outputs a task reads, and whether they can be there in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from crewlab.definitions.crew import waits
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.subject import Part, Subject, error, listed, warning


def context_names(subject: Subject) -> Iterable[Problem]:
    """A context names other tasks, each once; a task may read a later one only where order does not matter."""
    position = {task.name: index for index, task in reversed(list(enumerate(subject.tasks)))}
    for index, task in enumerate(subject.tasks):
        where, counts = f"{task.where}.context", Counter(task.names("context"))
        for name, count in counts.items():
            yield from _name_problems(subject, task, index, name, position)
            if count > 1:
                yield warning("task.context.duplicate", where, f"{name!r} is named {count} times.", "Name it once.")


def context_cycles(subject: Subject) -> Iterable[Problem]:
    """In a parallel crew tasks may not wait for each other in a circle."""
    if subject.process != "parallel":
        return
    path = _cycle(waits(subject.document))
    if path:
        names = [subject.tasks[index].name for index in path]
        what = f"These tasks wait for each other: {' -> '.join(names)}."
        hint = "Take one of them out of a context or a condition."
        hint += " A task without a context reads every task before it; [] reads none."
        yield error("task.context.cycle", f"tasks.{names[0]}.context", what, hint)


def nothing_in_parallel(subject: Subject) -> Iterable[Problem]:
    """A parallel crew in which each task waits for the one before gains nothing."""
    if subject.process != "parallel" or len(subject.tasks) < 2:
        return
    if all(task.body.get("context") is None for task in subject.tasks):
        what = "Every task waits for all tasks before it, so nothing runs at the same time."
        yield warning("crew.parallel.nothing", "process", what, "Give independent tasks the context [].")


def _name_problems(subject: Subject, task: Part, index: int, name: str, position: dict[str, int]) -> Iterable[Problem]:
    where = f"{task.where}.context"
    if name not in position:
        what = f"There is no task {name!r}."
        yield error("task.context.unknown", where, what, f"The crew's tasks: {listed(position)}.")
    elif name == task.name:
        yield error("task.context.self", where, "The task reads its own output.", "Remove it from its own context.")
    elif position[name] > index and subject.process != "parallel":
        what = f"It reads {name!r}, which runs later in a {subject.process} crew."
        yield error("task.context.later", where, what, f"Move {name!r} up, or choose the parallel process.")


def _cycle(edges: list[list[int]]) -> list[int]:
    """The first circle as a path that ends where it began, or nothing. Without recursion: a list may be long."""
    done: set[int] = set()
    for start in range(len(edges)):
        path: list[int] = []
        pending = [(start, iter(edges[start]))] if start not in done else []
        while pending:
            index, following = pending[-1]
            if len(path) < len(pending):
                path.append(index)
            step = next((other for other in following if other not in done and other != index), None)
            if step is None:
                done.add(path.pop())
                pending.pop()
            elif step in path:
                return [*path[path.index(step) :], step]
            else:
                pending.append((step, iter(edges[step])))
    return []
