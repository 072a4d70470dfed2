"""The folder of knowledge files: what is in it, adding, deleting. Nothing outside of it is ever read."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from crewlab.definitions.knowledge import FORMATS, LONGEST_NAME, unsafe_path
from crewlab.errors import KnowledgeError
from crewlab.executions.memory import KnowledgeFile
from crewlab.memory.file_text import text_of_file

_MOST_HASHES = 4096


class KnowledgeFolder:
    """Files by their paths within the folder. Safe from any thread: a file appears whole or not at all."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder = folder
        self._max_bytes = max_bytes
        self._hashes: OrderedDict[tuple[str, int, int], str] = OrderedDict()

    def files(self) -> list[KnowledgeFile]:
        """Every file that a source may name, by path."""
        return [self._described(path, real) for path, real in self._found()]

    def paths(self) -> frozenset[str]:
        """The paths of `files`."""
        return frozenset(path for path, _ in self._found())

    def file(self, path: str) -> KnowledgeFile | None:
        """What is there under `path`, or `None`."""
        real = self._real(path)
        return None if real is None else self._described(path, real)

    def read(self, path: str) -> bytes:
        """The content of a file.

        Raises:
            KnowledgeError: There is no such file in the folder, or it is too large.
        """
        real = self._real(path)
        if real is None:
            raise KnowledgeError(f"There is no knowledge file {path!r}.", "Upload it under Library > Knowledge.")
        if real.stat().st_size > self._max_bytes:
            raise self._too_large(path, real.stat().st_size)
        return real.read_bytes()

    def add(self, name: str, data: bytes, *, replace: bool = False) -> KnowledgeFile:
        """Keep a file under a name that is safe, and returns what became of it.

        Raises:
            KnowledgeError: The name or the content cannot be used, it is too large, or there is one of this name.
        """
        path = usable_name(name)
        if len(data) > self._max_bytes:
            raise self._too_large(path, len(data))
        text_of_file(path, data)
        if not replace and (self.folder / path).exists():
            raise KnowledgeError(f"There is already a file {path!r}.", "Replace it, or choose another name.")
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f".{os.getpid()}-{os.urandom(4).hex()}"
        try:
            draft.write_bytes(data)
            draft.replace(self.folder / path)
        finally:
            draft.unlink(missing_ok=True)
        return self._described(path, self.folder / path)

    def delete(self, path: str) -> None:
        """Remove a file. Raises `KnowledgeError` when there is none."""
        real = self._real(path)
        if real is None:
            raise KnowledgeError(f"There is no knowledge file {path!r}.", "Somebody else may have deleted it.")
        real.unlink(missing_ok=True)

    def _real(self, path: str) -> Path | None:
        """The file behind a path, unless it leads out of the folder, also over a link."""
        if unsafe_path(path):
            return None
        root = self.folder.resolve()
        real = Path(os.path.realpath(root / path))
        return real if real == root / path and real.is_file() else None

    def _found(self) -> Iterator[tuple[str, Path]]:
        root = self.folder.resolve()
        for real in sorted(root.rglob("*")) if root.is_dir() else ():
            path = real.relative_to(root).as_posix()
            if self._real(path) is not None:
                yield path, real

    def _described(self, path: str, real: Path) -> KnowledgeFile:
        facts = real.stat()
        key = (str(real), facts.st_size, facts.st_mtime_ns)
        if key not in self._hashes:
            self._hashes[key] = hashlib.sha256(real.read_bytes()).hexdigest()
            if len(self._hashes) > _MOST_HASHES:
                self._hashes.popitem(last=False)
        changed = datetime.fromtimestamp(facts.st_mtime, UTC)
        return KnowledgeFile(path=path, size=facts.st_size, sha256=self._hashes[key], changed_at=changed)

    def _too_large(self, path: str, size: int) -> KnowledgeError:
        limit = f"The limit is {self._max_bytes:,} (CREWLAB_MAX_KNOWLEDGE_BYTES)."
        return KnowledgeError(f"{path} has {size:,} bytes. {limit}", "Split it, or leave out what is not needed.")


def usable_name(name: str) -> str:
    """The name of an uploaded file without folders and control characters.

    Raises:
        KnowledgeError: Nothing usable is left, or the format cannot be read.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join("_" if ord(c) < 32 or c in '<>:"|?*\x7f' else c for c in last if not _is_half(c)).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if not stem.strip(" ._") or not dot or f".{ending.lower()}" not in FORMATS:
        formats = ", ".join(sorted(FORMATS))
        raise KnowledgeError(f"{kept[:80]!r} cannot be a knowledge file.", f"Files end in {formats}.")
    while len(stem.encode()) > LONGEST_NAME:
        stem = stem[:-1]
    return f"{stem.strip()}.{ending.lower()}"


def _is_half(character: str) -> bool:
    """Half a character, which no file name can hold."""
    return "\ud800" <= character <= "\udfff"
