"""Whether callers hand over what is asked for, said in their words: for the lab and the remote one alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import index
from typing import Any, SupportsIndex, TypeVar

from crewlab.errors import ArgumentError, DefinitionError

T = TypeVar("T")


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


def require_known(arguments: Mapping[str, Any], declared: type) -> None:
    """Raises `TypeError`, as Python does, for an argument that `declared` has not."""
    for name in arguments.keys() - declared.__annotations__.keys():
        raise TypeError(f"unexpected keyword argument {name!r}; there are {', '.join(declared.__annotations__)}")


def count_of(value: Any, name: str) -> int | None:
    """`value`, which is a whole number of 0 or more, or `None`. Raises `ArgumentError` for anything else."""
    number = None if value is None else whole_number_of(value, name)
    if number is not None and number < 0:
        raise ArgumentError(f"{name!r} is {number}, and cannot be less than 0.", "Leave it out, where it means all.")
    return number


def texts_of(value: Any, name: str) -> list[str]:
    """Several texts; one alone is one, not its letters. Raises `ArgumentError` for anything else."""
    if isinstance(value, str):
        return [value]
    if not isinstance(value, Iterable):
        raise _wrong(value, name, "a text or several", "Write them in brackets.")
    return [text_of(one, name) for one in value]


def moment_of(value: Any, name: str) -> datetime | None:
    """`value`, which is a point in time, or `None`. Raises `ArgumentError` for anything else."""
    if value is not None and not isinstance(value, datetime):
        raise _wrong(value, name, "a datetime", "For example datetime(2026, 5, 1, tzinfo=UTC).")
    return value


def of_class(value: Any, name: str, wanted: type[T]) -> T:
    """`value`, which is an object of this class of `crewlab`. Raises `ArgumentError` for anything else."""
    if not isinstance(value, wanted):
        called = wanted.__name__
        raise _wrong(
            value, name, f"of the class {called}", f"`from crewlab import {called}`, then {called}(name=..., ...)."
        )
    return value


def not_runnable(value: Any) -> DefinitionError:
    """What is told of something that is no way of naming a definition."""
    return DefinitionError(
        f"What is given is of the type {type(value).__name__}, and cannot be run.", "Give a name, a file or a document."
    )


def _wrong(value: Any, name: str, expected: str, hint: str) -> ArgumentError:
    given = "None" if value is None else f"of the type {type(value).__name__}"
    return ArgumentError(f"{name!r} has to be {expected}, and it is {given}.", hint)
