"""Whether callers hand over what is asked for, said in their words: for the lab and the remote one alike."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any, SupportsIndex

from crewlab.errors import ArgumentError


def text_of(value: Any, name: str) -> str:
    """`value`, which is a text. Raises `ArgumentError` for anything else that is given as `name`."""
    if not isinstance(value, str):
        raise _wrong(value, name, "a text", "Write it in quotes.")
    return value


def whole_number_of(value: Any, name: str) -> int:
    """`value`, which is a whole number, those of NumPy too. Raises `ArgumentError` for one in quotes and all else."""
    if not isinstance(value, SupportsIndex) or isinstance(value, bool):
        raise _wrong(value, name, "a whole number", "Write it without quotes, such as 1.")
    return index(value)


def require_choice(value: Any, name: str, choices: Sequence[str]) -> None:
    """Raises `ArgumentError` unless `value` is one of the choices, or `None`, which leaves it open."""
    if value is not None and value not in choices:
        raise ArgumentError(
            f"There is no {name} {str(value)[:80]!r}.", f"Write one of {', '.join(choices)}, or leave it out."
        )


def _wrong(value: Any, name: str, expected: str, hint: str) -> ArgumentError:
    given = "None" if value is None else f"of the type {type(value).__name__}"
    return ArgumentError(f"{name!r} has to be {expected}, and it is {given}.", hint)
