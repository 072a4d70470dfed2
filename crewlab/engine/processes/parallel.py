"""Everything that can run, runs."""

from __future__ import annotations

from collections.abc import Sequence


class Parallel:
    """A task starts as soon as every task in its context is done."""

    def __init__(self, depends_on: Sequence[Sequence[int]]) -> None:
        self._depends_on = [frozenset(indices) for indices in depends_on]

    def ready(self, done: set[int], running: set[int]) -> list[int]:
        return [
            index
            for index, needed in enumerate(self._depends_on)
            if index not in done and index not in running and needed <= done
        ]
