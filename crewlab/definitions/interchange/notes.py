"""What is said about a document that went from one shape to another."""

from __future__ import annotations

from typing import Any, NamedTuple


class Note(NamedTuple):
    """One thing that is not as it was."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class Translated(NamedTuple):
    """A document on the other side, and what became different."""

    document: dict[str, Any]
    notes: tuple[Note, ...]
