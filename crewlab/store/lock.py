"""The lock of a data folder: one process at a time may hold the store."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import IO

from crewlab.errors import StoreLockedError


class StoreLock:
    """An exclusive `flock` on a file of its own, let go by `release` or by the end of the process.

    It is not taken on the database file: DuckDB's own lock there is lost as soon as anything in the process
    opens and closes that file.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    @classmethod
    def take(cls, path: Path) -> StoreLock:
        """Lock `path` and leave this process's id in it.

        Raises:
            StoreLockedError: Another process holds it.
        """
        file = path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            pid = file.read().strip()
            file.close()
            raise _locked(path, pid) from None
        with suppress(OSError):  # on a full disk the lock holds all the same, without a name in it
            os.ftruncate(file.fileno(), 0)
            os.write(file.fileno(), str(os.getpid()).encode())
        return cls(file)

    def release(self) -> None:
        """Let another process in. Doing it twice is harmless."""
        if not self._file.closed:
            self._file.truncate(0)
            self._file.close()


def _locked(path: Path, pid: str) -> StoreLockedError:
    if pid == str(os.getpid()):
        what = f"This very process ({pid}) holds the store in {str(path.parent)!r}."
        return StoreLockedError(what, "Go on with that lab, or close it first: `lab.close()`.")
    process = f"Process {pid}" if pid else "Another process"
    command = _command_of(pid)
    return StoreLockedError(
        f"{process}{f' ({command})' if command else ''} holds the store in {str(path.parent)!r}.",
        "While the app runs, `crewlab.open()` and the reading commands answer through it; "
        "otherwise close that program or notebook, or give CREWLAB_DATA another folder.",
    )


def _command_of(pid: str) -> str:
    """The command line of a process, as far as this system tells."""
    try:
        words = Path(f"/proc/{int(pid)}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return ""
    return " ".join(b" ".join(words).decode(errors="replace").split())[:80]
