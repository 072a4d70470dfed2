"""What the data folder holds, and clearing out what tasks wrote."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from crewlab.settings import Settings


@dataclass(frozen=True)
class StoredPart:
    """One part of the data folder."""

    name: str
    path: str
    """A file or a folder; it need not be there yet."""
    files: int
    bytes: int


@dataclass(frozen=True)
class StorageReport:
    """What the data folder holds, and what is left on its disk."""

    parts: tuple[StoredPart, ...]
    free_bytes: int
    total_bytes: int
    """The size of the whole disk."""
    health: str
    """`ok`, or what is wrong with the store."""


def report(settings: Settings, health: str) -> StorageReport:
    """Look at every part."""
    disk = shutil.disk_usage(settings.data)
    return StorageReport(tuple(_part(*part) for part in _parts(settings)), disk.free, disk.total, health)


def remove_folders(settings: Settings, execution_ids: Iterable[str]) -> int:
    """Delete what the tasks of these executions wrote; how many bytes that freed."""
    freed = 0
    for execution_id in execution_ids:
        folder = settings.execution_folder(execution_id)
        freed += _part("", folder).bytes
        shutil.rmtree(folder, ignore_errors=True)
    return freed


def _parts(settings: Settings) -> Iterator[tuple[str, Path]]:
    yield "Database", settings.database
    yield "Written by tasks", settings.data / "executions"
    yield "Recordings", settings.data / "cassettes"
    yield "Knowledge", settings.data / "knowledge"
    yield "Files for tools", settings.data / "files"
    yield "Snapshots", settings.data / "snapshots"
    yield "Backups before migrations", settings.data / "backups"


def _part(name: str, path: Path) -> StoredPart:
    sizes = list(_sizes(path))
    return StoredPart(name, str(path), len(sizes), sum(sizes))


def _sizes(path: Path) -> Iterator[int]:
    """The size of each file; what vanishes meanwhile is left out, and links are not followed."""
    if path.is_file():
        yield path.stat().st_size
        with suppress(OSError):
            yield path.with_name(f"{path.name}.wal").stat().st_size
        return
    for folder, _, names in os.walk(path):
        for name in names:
            with suppress(OSError):
                yield os.lstat(os.path.join(folder, name)).st_size
