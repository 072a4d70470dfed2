"""Copies of the database file, made by a child process.

This process must never open the database file itself: closing that handle would silently drop DuckDB's own
lock on the file, and another process could then write into it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from crewlab.errors import StoreError

_COPY = """
import os, shutil, sys
source, target = sys.argv[1:]
if os.path.exists(source + ".wal"):
    shutil.copyfile(source + ".wal", target + ".wal")
shutil.copyfile(source, target + ".part")
os.replace(target + ".part", target)
"""


def copy_database(source: Path, target: Path) -> Path:
    """Copy the file and its write-ahead log to `target`, which appears whole or not at all.

    Nothing may be committed meanwhile; the writer thread is the one to call this.

    Raises:
        StoreError: The copy failed, for example because the disk is full.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _COPY, str(source), str(target)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        for leftover in (Path(f"{target}.part"), Path(f"{target}.wal")):
            leftover.unlink(missing_ok=True)
        reason = done.stderr.strip().rsplit("\n", 1)[-1]
        raise StoreError(f"The store could not be copied to {str(target)!r}: {reason}.", "Is the disk full?")
    return target
