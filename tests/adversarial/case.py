"""One document or archive that somebody made to do harm, and what has to become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CODE = "code.refused"
TYPE = "refused"
"""It cannot even be read."""
DEEP = "refused"
BOMB = "bounded"
"""Whatever becomes of it, it takes no more than its share of time and memory."""


@dataclass(frozen=True)
class Case:
    """What is handed over, and what is expected of it."""

    name: str
    source: Mapping[str, bytes] | bytes
    expects: str
    """`refused` when it is read, `inert`, `bounded`, or what the id of an error of `check` begins with or holds."""

    def __str__(self) -> str:
        return self.name
