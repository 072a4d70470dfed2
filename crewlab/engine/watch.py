"""Waiting for executions to end, without asking the store again and again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable


class Watch:
    """A set of executions that have not ended yet. The engine tells it of each end, from any thread."""

    def __init__(self, execution_ids: Iterable[str]) -> None:
        self._condition = threading.Condition()
        self._open = set(execution_ids)
        self._doubtful: set[str] = set()
        self.on_change: Callable[[], None] | None = None
        """Called, from any thread, when `wait` would return."""
        self.error: BaseException | None = None
        """Why an end could not be stored, or why nobody will bring one about."""

    def ended(self, execution_id: str, error: BaseException | None = None) -> None:
        """An execution will not change any more; `error` when its end could not be stored."""
        if execution_id not in self._open:  # a cheap look first: most ends concern another watch
            return
        with self._condition:
            self._open.discard(execution_id)
            self.error = self.error or error
            if not self._open or error is not None or self.on_change:
                self._tell()

    def doubt(self, execution_id: str) -> None:
        """An attempt was not run here because somebody else has it, or had it: whoever waits should look."""
        with self._condition:
            if execution_id in self._open:
                self._doubtful.add(execution_id)
                self._tell()

    def take_doubtful(self) -> set[str]:
        """What should be looked up; each is told once."""
        with self._condition:
            doubtful, self._doubtful = self._doubtful & self._open, set()
            return doubtful

    def give_up(self, error: BaseException) -> None:
        """Nothing will end any more: let go of whoever waits."""
        with self._condition:
            if self._open:
                self.error = self.error or error
                self._tell()

    def _tell(self) -> None:
        self._condition.notify_all()
        if self.on_change is not None:
            self.on_change()

    @property
    def open(self) -> frozenset[str]:
        """What has not ended."""
        with self._condition:
            return frozenset(self._open)

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Whether all have ended; blocks until that, or a doubt, an error, or the end of the time."""
        with self._condition:
            self._condition.wait_for(lambda: not self._open or self._doubtful or self.error, timeout_seconds)
            return not self._open
