"""How a version is named: `market-brief@3`, or `market-brief` for the latest."""

from __future__ import annotations

from typing import NamedTuple


class NamedVersion(NamedTuple):
    """A definition, by name or id, and one of its versions."""

    name: str
    number: int | None
    """`None` is the latest."""

    def __str__(self) -> str:
        return self.name if self.number is None else f"{self.name}@{self.number}"


def named_version(text: str) -> NamedVersion:
    """What a text such as `market-brief@3` names. Only a number behind the last `@` is one: `ann@home` is a name."""
    name, _, number = text.rpartition("@")
    if name and number.isascii() and number.isdigit() and len(number) <= 9:
        return NamedVersion(name, int(number))
    return NamedVersion(text, None)
