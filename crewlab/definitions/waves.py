"""Which tasks of a crew can run at the same time."""

from __future__ import annotations

from collections.abc import Sequence


def waves(dependencies: Sequence[Sequence[int]]) -> list[list[int]]:
    """Task indices in waves: all tasks of a wave can run at once, after every wave before it.

    Args:
        dependencies: For each task the indices of the tasks it waits for; itself and unknown ones are ignored.

    Returns:
        The waves; the tasks of a cycle can never run and are in none.
    """
    waiting = {index: {other for other in needed if other != index} for index, needed in enumerate(dependencies)}
    known = set(waiting)
    result: list[list[int]] = []
    while ready := sorted(index for index, needed in waiting.items() if not needed & known & waiting.keys()):
        result.append(ready)
        for index in ready:
            del waiting[index]
    return result


def direct(dependencies: Sequence[Sequence[int]]) -> list[list[int]]:
    """The same order with every edge left out that follows from the others; meant for drawing."""
    behind = [_behind(index, dependencies) for index in range(len(dependencies))]
    return [
        [other for other in needed if not any(other in behind[between] for between in needed if between != other)]
        for needed in dependencies
    ]


def _behind(index: int, dependencies: Sequence[Sequence[int]]) -> set[int]:
    """Every task that `index` waits for, directly or not."""
    found: set[int] = set()
    todo = list(dependencies[index])
    while todo:
        other = todo.pop()
        if other not in found and other < len(dependencies):
            found.add(other)
            todo.extend(dependencies[other])
    return found
