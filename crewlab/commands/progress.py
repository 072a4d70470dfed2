"""How far a batch is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from crewlab.commands.terminal import error_console, say
from crewlab.executions.batch import Batch

_SECONDS_BETWEEN_LINES = 5.0
_UNREMARKABLE = ("completed", "pending", "preparing", "running")


class BatchProgress:
    """Follows one batch on the error output; call it with the batch as often as there is news."""

    def __init__(self, title: str, total: int) -> None:
        self.batch: Batch | None = None
        self._console = error_console()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[troubles]}"),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task(title, total=total or None, troubles="")
        self._told_at = time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.stop()

    def __call__(self, batch: Batch) -> None:
        """Show how far `batch` is."""
        self.batch = batch
        self._bar.update(self._task, completed=batch.at_rest, total=batch.size, troubles=_troubles(batch))
        now = time.monotonic()
        if not self._console.is_terminal and (
            now - self._told_at > _SECONDS_BETWEEN_LINES or batch.at_rest == batch.size
        ):
            self._told_at = now
            say(f"{batch.at_rest}/{batch.size} {_troubles(batch)}".rstrip())


def _troubles(batch: Batch) -> str:
    """How many did not go well, by status."""
    return ", ".join(
        f"{count} {status}" for status, count in sorted(batch.counts.items()) if status not in _UNREMARKABLE
    )
