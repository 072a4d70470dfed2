"""Choices that look random and never are: the same text always draws the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draws:
    """An endless row of choices that depends on nothing but `text`."""

    def __init__(self, text: str) -> None:
        self._digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=64).digest()
        self._used = 0
        self.mark = self._digest.hex()[-6:]
        """Six hexadecimal digits that tell one text from another."""

    def number(self, below: int) -> int:
        """A whole number from 0 up to and without `below`."""
        if self._used + 4 > len(self._digest):
            self._digest = hashlib.blake2b(self._digest, digest_size=64).digest()
            self._used = 0
        part = self._digest[self._used : self._used + 4]
        self._used += 4
        return int.from_bytes(part, "big") % below

    def share(self) -> float:
        """A number from 0 up to and without 1."""
        return self.number(1_000_000) / 1_000_000

    def pick(self, choices: Sequence[T]) -> T:
        """One of `choices`, which may not be empty."""
        return choices[self.number(len(choices))]
