"""Waiting for executions to end, without asking the store again and again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping


class Watch:
    """A set of executions that have not ended yet. The engine tells it of each end, from any thread.

    Where the attempt is known that is waited for, what is told late of an earlier one is not taken for its end.
    """

    def __init__(self, execution_ids: Iterable[str], attempts: Mapping[str, int] | None = None) -> None:
        self._condition = threading.Condition()
        self._open = set(execution_ids)
        self._attempts = dict(attempts or {})
        self._ended: dict[str, int | None] = {}
        self._doubtful: set[str] = set()
        self.on_change: Callable[[], None] | None = None
        """Called, from any thread, when `wait` would return."""
        self.error: BaseException | None = None
        """Why an end could not be stored, or why nobody will bring one about."""

    def expect(self, execution_id: str, attempt: int) -> None:
        """It was just read that this attempt has not ended; the end of an earlier one may have been told before."""
        with self._condition:
            self._attempts[execution_id] = attempt
            if execution_id in self._ended and not self._concerns(execution_id, self._ended[execution_id]):
                self._open.add(execution_id)

    def _concerns(self, execution_id: str, attempt: int | None) -> bool:
        return attempt is None or attempt >= self._attempts.get(execution_id, 0)

    def ended(self, execution_id: str, error: BaseException | None = None, attempt: int | None = None) -> None:
        """An execution will not change any more; `error` when its end could not be stored.

        `attempt` says which one has ended; `None` is whichever it is.
        """
        if execution_id not in self._open:  # a cheap look first: most ends concern another watch
            return
        with self._condition:
            if not self._concerns(execution_id, attempt):
                return
            self._open.discard(execution_id)
            self._ended[execution_id] = attempt
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
