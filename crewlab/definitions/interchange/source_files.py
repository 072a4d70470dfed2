"""The files that an import is made of: a folder, a zip and a single file are one thing, paths with bytes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.notation.text import MAX_BYTES
from crewlab.errors import DocumentError

MAX_FILES = 2_000
MAX_TOTAL_BYTES = 20_000_000
READ = frozenset({".yaml", ".yml", ".json", ".jsonc", ".py", ".ipynb", ".toml", ".txt", ".md", ".csv", ".pdf"})
"""Endings of files that a definition may be made of, or name."""
_NEVER = frozenset({"node_modules", "site-packages", "venv", "dist", "build"})


@dataclass(frozen=True)
class SourceFiles:
    """What a person chose to import, by paths within it with `/` between their parts."""

    name: str
    contents: Mapping[str, bytes]
    left_out: tuple[Note, ...] = ()
    """Files that were not even looked into, and why."""

    def text(self, path: str) -> str:
        """A file as text. Raises `DocumentError` when it is not UTF-8."""
        try:
            return self.contents[path].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise DocumentError(f"{path} is not UTF-8 text.", "Save it as UTF-8, then try again.") from error

    def first(self, *paths: str) -> str | None:
        """The first of these paths that there is."""
        return next((path for path in paths if path in self.contents), None)

    def within(self, folder: str, *endings: str) -> list[str]:
        """The files directly in a folder (empty is the top one) that have one of these endings, by path."""
        return sorted(path for path in self.contents if folder_of(path) == folder and path.endswith(endings))


def folder_of(path: str) -> str:
    """The folder of a path, empty for the top one."""
    return path.rpartition("/")[0]


def join(folder: str, name: str) -> str:
    """A path within a folder; `.` and `..` are resolved, and what leads out of the top stays out of any import."""
    parts: list[str] = []
    for part in [*folder.split("/"), *name.replace("\\", "/").split("/")]:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def is_wanted(path: str) -> bool:
    """Whether a file of this path could matter: no hidden one, none of an environment, an ending that is read."""
    pure = PurePosixPath(path)
    folders = pure.parts[:-1]
    return not any(part.startswith((".", "__")) or part in _NEVER for part in folders) and (
        not pure.name.startswith(".") and pure.suffix.lower() in READ
    )


def file_of_bytes(name: str, data: bytes) -> SourceFiles:
    """One uploaded file: what is in a zip, or the file itself.

    Raises:
        DocumentError: It is too large, or not a zip that can be read safely.
    """
    from crewlab.definitions.interchange.zip_files import is_zip, unzipped

    if name.lower().endswith(".zip") or is_zip(data):
        return unzipped(name, data)
    _refuse_size(name, len(data))
    return SourceFiles(name, {PurePosixPath(name.replace("\\", "/")).name: data})


def files_at(path: Path) -> SourceFiles:
    """The files of a folder, a zip, or one file. Symbolic links are not followed.

    Raises:
        DocumentError: There is nothing at `path`, it cannot be read, or it is too large.
    """
    try:
        if path.is_dir():
            return _folder(path)
        if not path.is_file():
            raise DocumentError(f"There is no file or folder {path}.", "Check the path.")
        _refuse_size(path.name, path.stat().st_size, MAX_TOTAL_BYTES)
        return file_of_bytes(path.name, path.read_bytes())
    except OSError as error:
        hint = "Check the path and its permissions."
        raise DocumentError(f"{path} cannot be read: {error.strerror}.", hint) from error


def _folder(top: Path) -> SourceFiles:
    contents: dict[str, bytes] = {}
    left_out: list[Note] = []
    total = 0
    for number, path in enumerate(_walk(top)):
        relative, status = path.relative_to(top).as_posix(), path.lstat()
        if number >= MAX_FILES:
            raise DocumentError(f"{top} has more than {MAX_FILES:,} files.", "Choose the folder of one project.")
        if reason := _why_not(relative, status):
            left_out += [Note(relative, reason)]
        elif is_wanted(relative):
            total += status.st_size
            _refuse_total(top.name, total)
            contents[relative] = path.read_bytes()
    return SourceFiles(top.name, contents, tuple(left_out))


def _walk(top: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(top, followlinks=False):
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")) and name not in _NEVER)
        yield from (Path(folder) / name for name in sorted([*names, *links]))


def _why_not(relative: str, status: os.stat_result) -> str:
    if stat.S_ISLNK(status.st_mode):
        return "a symbolic link, which is not followed"
    if not stat.S_ISREG(status.st_mode):
        return "not a plain file"
    if is_wanted(relative) and status.st_size > MAX_BYTES:
        return f"larger than {MAX_BYTES / 1e6:.0f} MB"
    return ""


def _refuse_size(name: str, size: int, most: int = MAX_BYTES) -> None:
    if size > most:
        hint = "Keep data out of the definition: pass it as inputs, or as a file that the agents read."
        raise DocumentError(f"{name} has {size / 1e6:.1f} MB; an import may have {most / 1e6:.0f} MB.", hint)


def _refuse_total(name: str, total: int) -> None:
    if total > MAX_TOTAL_BYTES:
        hint = "Leave data files out: definitions are text."
        raise DocumentError(f"{name} holds more than {MAX_TOTAL_BYTES / 1e6:.0f} MB to read.", hint)
