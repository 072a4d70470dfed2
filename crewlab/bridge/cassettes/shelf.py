"""The folder of cassettes."""

from __future__ import annotations

import threading
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from crewlab.bridge.cassettes.deck import Deck
from crewlab.bridge.cassettes.recording import Mask
from crewlab.bridge.cassettes.tape import Tape
from crewlab.errors import CassetteError
from crewlab.executions.cassette import Cassette, CassetteInfo

if TYPE_CHECKING:
    from crewlab.executions.execution import Execution

ENDING = ".jsonl"


class Shelf:
    """Finds cassettes by name; attempts that use one at the same time share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tapes: WeakValueDictionary[str, Tape] = WeakValueDictionary()
        self._latest: deque[Tape] = deque(maxlen=4)
        self._lock = threading.Lock()

    def infos(self) -> list[CassetteInfo]:
        """Every cassette, by name."""
        found = sorted(self._folder.glob(f"*{ENDING}")) if self._folder.is_dir() else []
        return [CassetteInfo(name=path.name.removesuffix(ENDING), size=path.stat().st_size) for path in found]

    def require(self, cassette: Cassette) -> None:
        """Raises `CassetteError` when there is nothing to replay."""
        if cassette.is_replay and not self._path(cassette.name).is_file():
            names = ", ".join(info.name for info in self.infos()[:20]) or "none"
            hint = f"Record it first. The cassettes are: {names}."
            raise CassetteError(f"There is no cassette {cassette.name!r}.", hint)

    def deck(self, cassette: Cassette, execution: Execution, mask: Mask) -> Deck:
        """What an attempt of `execution` has of the cassette; `mask` takes secrets out of what is written."""
        with self._lock:
            tape = self._tapes.get(cassette.name) or Tape(self._path(cassette.name), mask)
            self._tapes[cassette.name] = tape
            if tape not in self._latest:
                self._latest.append(tape)
        return Deck(cassette, tape, execution.row_number, mask)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{ENDING}"
