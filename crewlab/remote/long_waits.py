"""Waiting by requests that the app answers late, so that nobody asks again and again."""

from __future__ import annotations

import time
from collections.abc import Callable

from crewlab.executions.batch import Batch

LONGEST_SECONDS = 20.0
"""How long the app is asked to wait at a time; well below the time limit of a request."""


class Deadline:
    """How much longer to wait."""

    def __init__(self, timeout: float | None) -> None:
        self._until = None if timeout is None else time.monotonic() + timeout

    def next_wait(self) -> float:
        """Seconds that the next request may take; 0 for the last look."""
        left = LONGEST_SECONDS if self._until is None else self._until - time.monotonic()
        return max(0.0, min(LONGEST_SECONDS, left))


class Progress:
    """Tells a caller how far a batch is, whenever that has changed."""

    def __init__(self, on_progress: Callable[[Batch], None] | None) -> None:
        self._on_progress = on_progress
        self._told: dict[str, int] | None = None
        self.at_rest = 0
        """Executions that had come to rest at the last look."""

    def tell(self, batch: Batch) -> Batch:
        """Take note of the batch, and return it."""
        self.at_rest = batch.at_rest
        if self._on_progress and batch.counts != self._told:
            self._on_progress(batch)
            self._told = batch.counts
        return batch
