"""The files that the tasks of an execution wrote."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crewlab.errors import ExecutionError


@dataclass(frozen=True)
class FileInfo:
    """A file in the folder of an execution; `name` is its path within the folder, `size` is in bytes."""

    name: str
    size: int
    path: Path


def list_files(folder: Path) -> list[FileInfo]:
    """Every file in `folder` and below, by name; links that lead out of it are left out."""
    root = folder.resolve()
    found = (path for path in sorted(root.rglob("*")) if path.is_file() and path.resolve().is_relative_to(root))
    return [FileInfo(path.relative_to(root).as_posix(), path.stat().st_size, path) for path in found]


def read_file(folder: Path, name: str) -> bytes:
    """The content of the file called `name` by `list_files`.

    Raises:
        ExecutionError: There is no such file in this folder.
    """
    root = folder.resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise ExecutionError(f"There is no file {name!r} in this execution.", "`files` lists what there is.")
    return path.read_bytes()
