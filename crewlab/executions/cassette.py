"""Recording what models and tools answer, and answering from the recording instead."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, field_validator

from crewlab.errors import InputsError

OnMiss = Literal["error", "live"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


class Cassette(BaseModel):
    """What a launch does with a recording: adds to it, or is answered from it.

    Make one with `Cassette.record(name)` or `Cassette.replay(name)`. A replay calls no model and runs no tool, needs
    no key and costs nothing; what was never recorded is an error, or with `on_miss="live"` a call that is recorded.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    mode: Literal["record", "replay"]
    on_miss: OnMiss = "error"

    @field_validator("name")
    @classmethod
    def _safe(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ValueError("letters, digits, dots, dashes and underscores, a letter or digit first, at most 80")
        return name

    @classmethod
    def record(cls, name: str) -> Self:
        """Add every answer to the cassette `name`, which is made when there is none. Raises `InputsError`."""
        return cls._named(name, "record", "error")

    @classmethod
    def replay(cls, name: str, *, on_miss: OnMiss = "error") -> Self:
        """Answer from the cassette `name`. Raises `InputsError` for a name that no file may have."""
        return cls._named(name, "replay", on_miss)

    @classmethod
    def _named(cls, name: str, mode: Literal["record", "replay"], on_miss: OnMiss) -> Self:
        if not _NAME.fullmatch(name):
            hint = "Use letters, digits, dots, dashes and underscores, a letter or digit first, at most 80."
            raise InputsError(f"A cassette cannot be called {name[:100]!r}.", hint)
        if on_miss not in ("error", "live"):
            raise InputsError(f"on_miss={on_miss!r} is neither 'error' nor 'live'.")
        return cls(name=name, mode=mode, on_miss=on_miss)

    @property
    def is_replay(self) -> bool:
        return self.mode == "replay"

    @property
    def needs_no_model(self) -> bool:
        """Whether no model can be called, so that no key is needed and nothing can be spent."""
        return self.is_replay and self.on_miss == "error"


class CassetteInfo(BaseModel):
    """A cassette of the data folder."""

    model_config = ConfigDict(frozen=True)

    name: str
    size: int
    """Bytes."""
