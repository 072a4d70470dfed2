"""The file of a cassette: a header, then one JSON line for each recording."""

from __future__ import annotations

import json
import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from crewlab.bridge.cassettes.recording import Mask, Recording, Traits, key_of
from crewlab.errors import CassetteError

VERSION = 1


class Tape:
    """The recordings of one file, read once and added to. Safe from any thread of the process that has it."""

    def __init__(self, path: Path, mask: Mask) -> None:
        self.path, self._mask = path, mask
        self._lock = threading.Lock()
        self._by_key: defaultdict[str, list[Recording]] = defaultdict(list)
        self._traits: dict[str, Traits] = {}
        self._stamp: tuple[int, int] | None = None
        self._ends_whole = False

    def refresh(self) -> None:
        """Read the file, unless it is as this object has left it.

        Raises:
            CassetteError: It is not a cassette, or one of a newer CrewLab, or damaged before its last line.
        """
        with self._lock:
            stamp = _stamp(self.path)
            if stamp is not None and stamp != self._stamp:
                self._read()
                self._stamp, self._ends_whole = stamp, False

    def found(self, key: str) -> list[Recording]:
        """The recordings of equal requests, in the order in which they were made."""
        with self._lock:
            return list(self._by_key.get(key, ()))

    def recordings(self) -> list[Recording]:
        """All of them."""
        with self._lock:
            return [recording for recordings in self._by_key.values() for recording in recordings]

    def traits(self, name: str) -> Traits | None:
        """What was recorded of the model `name`."""
        return self._traits.get(name)

    def any_traits(self) -> Traits | None:
        """Those of the first model that was recorded."""
        return next(iter(self._traits.values()), None)

    def add(self, recording: Recording) -> None:
        """Append a recording. Raises `CassetteError` when the file cannot be written."""
        with self._lock:
            self._append(recording)
            self._keep(recording)

    def add_traits(self, traits: Traits) -> None:
        """Append what is known of a model, unless that is recorded already."""
        with self._lock:
            if self._traits.get(traits.name) != traits:
                self._append(traits)
                self._traits[traits.name] = traits

    def _keep(self, recording: Recording) -> None:
        self._by_key[key_of(recording.request, self._mask)].append(recording)

    def _read(self) -> None:
        self._by_key.clear()
        self._traits.clear()
        for number, line in _lines(self.path):
            try:
                if number == 1:
                    _check_header(json.loads(line), self.path)
                elif '"kind":"model",' in line[:40]:
                    traits = Traits.model_validate_json(line)
                    self._traits[traits.name] = traits
                else:
                    self._keep(Recording.model_validate_json(line))
            except (ValidationError, json.JSONDecodeError):
                raise CassetteError(f"Line {number} of {self.path} is not a recording.", "Remove the line.") from None

    def _append(self, record: BaseModel) -> None:
        """One write for one line: a crash leaves whole lines and at most one torn one, which is cut off here."""
        line = self._mask(record.model_dump_json(exclude_defaults=True, exclude={"kind"}))
        text = f'{{"kind":"{record.kind}",{line[1:]}\n'  # type: ignore[attr-defined]  # both records have a kind
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab+", buffering=0) as file:
                if not self._ends_whole or _stamp(self.path) != self._stamp:
                    os.truncate(file.fileno(), _whole_bytes(self.path))
                os.write(file.fileno(), (_header() if file.seek(0, os.SEEK_END) == 0 else b"") + text.encode())
        except OSError as error:
            raise CassetteError(f"{self.path} cannot be written: {error.strerror}.") from error
        self._stamp, self._ends_whole = _stamp(self.path), True


def _header() -> bytes:
    return json.dumps({"cassette": VERSION, "made_at": datetime.now(UTC).isoformat()}).encode() + b"\n"


def _check_header(header: Any, path: Path) -> None:
    version = header.get("cassette") if isinstance(header, dict) else None
    if not isinstance(version, int):
        raise CassetteError(f"{path} is not a cassette.")
    if version > VERSION:
        raise CassetteError(f"{path} was recorded by a newer CrewLab.", "Update CrewLab, or record again.")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The whole lines with their numbers; a torn last one is what a crash left of a recording, and is none."""
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        for number, line in enumerate(file, 1):
            if line.endswith("\n") and line.strip():
                yield number, line


def _whole_bytes(path: Path) -> int:
    """The size of the file without a torn last line."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        while end:
            start = max(0, end - 65_536)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
    return 0


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
