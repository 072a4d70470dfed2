"""What every error has: a title, a sentence, and a hint for the next step."""

from __future__ import annotations

from typing import ClassVar


class CrewLabError(Exception):
    """An analyst can act on this: a `title`, one sentence of `message`, and a `hint` for the next step."""

    title: ClassVar[str] = "Something went wrong"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()
