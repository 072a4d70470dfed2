"""One task after the other."""

from __future__ import annotations

from collections.abc import Sequence


class Sequential:
    """The tasks in the order of the document, one at a time."""

    def __init__(self, depends_on: Sequence[Sequence[int]]) -> None:
        self._count = len(depends_on)

    def ready(self, done: set[int], running: set[int]) -> list[int]:
        if running:
            return []
        return [index for index in range(self._count) if index not in done][:1]
