"""Values as JSON would hold them, whatever Python objects a notebook puts into a document."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crewlab.errors import DocumentError

MAX_DEPTH = 64
MAX_VALUES = 1_000_000
MOST_PLACES = 3
NO_NUMBER = "NaN and infinity are no numbers that a definition can keep."
NUMBER_HINT = "Give a number, or null where there is none."


def is_deeper_than(value: Any, levels: int) -> bool:
    """Whether anything is nested more than `levels` deep, or there are more than a million values.

    Level by level instead of by recursion, so that neither depth nor a circle can be too much.
    """
    level, seen = [value], 0
    for _ in range(levels):
        level = [child for item in level for child in _children(item)]
        seen += len(level)
        if seen > MAX_VALUES:
            return True
    return any(_children(item) for item in level)


def not_a_number(value: Any, where: str = "") -> Iterator[str]:
    """The places of NaN and infinity, which JSON does not have. For values that are not too deep."""
    if isinstance(value, float):
        if not math.isfinite(value):
            yield where
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from not_a_number(item, f"{where}.{key}" if where else str(key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from not_a_number(item, f"{where}.{index}")


def require_document(document: Any) -> None:
    """Raises `DocumentError` for what is no object, or that could not be kept as it is, whatever else is in it."""
    if not isinstance(document, Mapping):
        what = f"A document is an object with names and values, and this is of the type {type(document).__name__}."
        raise DocumentError(what, "A crew has the fields name, agents and tasks; a flow has name and methods.")
    if is_deeper_than(document, MAX_DEPTH):
        what = f"The document is nested more than {MAX_DEPTH} levels deep, or has more than {MAX_VALUES:,} values."
        raise DocumentError(what, "A definition needs fewer than ten levels.")
    if places := list(not_a_number(document)):
        raise DocumentError(f"{', '.join(places[:MOST_PLACES])}: {NO_NUMBER}", NUMBER_HINT)


def plain(value: Any) -> Any:
    """A copy with text as keys, lists for tuples, and the text of anything that JSON does not know.

    For values that are not too deep; see `is_deeper_than`.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | float | None) else str(value)


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list | tuple) else ()
