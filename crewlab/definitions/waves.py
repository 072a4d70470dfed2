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
