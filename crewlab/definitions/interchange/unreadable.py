"""What cannot be read of an import: every file of it is told at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from crewlab.errors import DocumentError

MOST_NAMED = 12
T = TypeVar("T")


class Unreadable:
    """Reads one after the other, and keeps what went wrong until all were tried."""

    def __init__(self) -> None:
        self._failures: list[tuple[str, DocumentError]] = []

    def read(self, path: str, read: Callable[[], T]) -> tuple[T, ...]:
        """What was read, or nothing."""
        try:
            return (read(),)
        except DocumentError as error:
            self._failures += error.unreadable or [(path, error)]
            return ()

    def require_none(self) -> None:
        """Raise `DocumentError` where something could not be read; of several it names every one."""
        if len(self._failures) == 1:
            raise self._failures[0][1]
        if self._failures:
            said = [_said(path, error) for path, error in self._failures[:MOST_NAMED]]
            rest = len(self._failures) - len(said)
            more = f"; and {rest} more" if rest else ""
            what = f"{len(self._failures)} files cannot be read. {'; '.join(said)}{more}."
            error = DocumentError(what, "Correct these files, or import the others without them.")
            error.unreadable = tuple(self._failures)
            raise error


def _said(path: str, error: DocumentError) -> str:
    """The sentence about a file, with its path."""
    what = error.message.rstrip(".")
    return what if path in what else f"{path}: {what}"
