"""What one attempt has of a cassette: which answers it has had already, and what happens to the others."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Literal

from crewlab.bridge.cassettes.difference import difference, nearest
from crewlab.bridge.cassettes.recording import Mask, Recording, Request, Traits, key_of
from crewlab.bridge.cassettes.tape import Tape
from crewlab.errors import CassetteMissError

if TYPE_CHECKING:
    from crewlab.executions.cassette import Cassette

Kind = Literal["model_call", "tool_call"]


class Deck:
    """Records, or answers, the calls of one attempt. Attempts share the tape; each hears it from its beginning."""

    def __init__(self, cassette: Cassette, tape: Tape, row: int | None, mask: Mask) -> None:
        self.cassette, self.row = cassette, row
        self._tape, self._mask = tape, mask
        self._heard: set[int] = set()
        self._lock = threading.Lock()

    def open(self) -> None:
        """Read the tape; blocks for as long as its size takes. Raises `CassetteError`."""
        self._tape.refresh()

    def answer(self, kind: Kind, request: Request, task: str | None) -> Recording | None:
        """The recording of an equal request that this attempt has not had yet; `None` means: ask, and `keep` it.

        Recordings of the same row and task come first, then those of others, each in the order of recording.

        Raises:
            CassetteMissError: There is none (any more), and nothing may be asked.
        """
        if not self.cassette.is_replay:
            return None
        recordings = self._tape.found(key_of(request, self._mask))
        with self._lock:
            left = [one for one in recordings if id(one) not in self._heard]
            if left:
                chosen = max(left, key=lambda one: (one.row == self.row, one.task == task))
                self._heard.add(id(chosen))
                return chosen
        if self.cassette.on_miss == "error":
            raise self._miss(kind, request, task, len(recordings))
        return None

    def keep(self, recording: Recording) -> None:
        """Append what was asked and answered. Raises `CassetteError` when it cannot be written."""
        with self._lock:
            self._heard.add(id(recording))
        self._tape.add(recording)

    def traits(self, name: str) -> Traits | None:
        """What was recorded of the model `name`, when this is a replay."""
        return self._tape.traits(name) if self.cassette.is_replay else None

    def keep_traits(self, traits: Traits) -> None:
        self._tape.add_traits(traits)

    def closest_traits(self, name: str) -> Traits:
        """For a model that was never recorded: a request must be put somehow, to say what differs."""
        other = self._tape.any_traits()
        return other.model_copy(update={"name": name, "model": name}) if other else Traits(name=name, model=name)

    def _miss(self, kind: Kind, request: Request, task: str | None, recorded: int) -> CassetteMissError:
        whom = request.get("model") or request.get("tool")
        who = f"the task {task!r}" if task else "the crew"
        message = f"The cassette {self.cassette.name!r} has no answer to what {who} asks {whom}."
        if recorded:
            return CassetteMissError(f"{message} It was recorded {recorded} times, and is asked once more.", _HINT)
        closest = nearest(request, (one for one in self._tape.recordings() if one.kind == kind), task)
        if closest is None:
            return CassetteMissError(f"{message} It holds no {kind.replace('_', ' ')} at all.", _HINT)
        where = f" (task {closest.task!r})" if closest.task else ""
        return CassetteMissError(f"{message} The nearest{where}: {difference(request, closest.request)}.", _HINT)


_HINT = "Record again, or replay with on_miss live: then only what is missing is asked, and recorded."
