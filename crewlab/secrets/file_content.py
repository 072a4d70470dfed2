"""What a small file says, kept until the file changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")
Signature = tuple[int, int, int] | None
"""Tells one state of a file from another; `None` while there is none."""


class FileContent(Generic[T]):
    """The file at `path` as `read` gives it; read again once it has changed, whoever changed it. Safe over threads."""

    def __init__(self, path: Path, read: Callable[[], T]) -> None:
        self._path, self._read = path, read
        self._kept: tuple[Signature, T] | None = None

    @property
    def value(self) -> T:
        """What the file says now. Raises what `read` raises."""
        signature = signature_of(self._path)
        if self._kept is None or self._kept[0] != signature:
            self._kept = signature, self._read()
        return self._kept[1]


def signature_of(path: Path) -> Signature:
    """Changes whenever the file does: when it is written, or replaced by another one."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
