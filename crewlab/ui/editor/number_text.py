"""Numbers as text: such a field can be emptied, and the browser draws its number whatever it has dropped before."""

from __future__ import annotations

import math

from crewlab.errors import DocumentError


def write_number(number: float | None) -> str:
    """As a person would write it: nothing, `3` or `0.25`."""
    if number is None:
        return ""
    return str(int(number)) if number == int(number) else str(number)


def read_number(
    text: str, *, is_whole: bool, min_value: float | None = None, max_value: float | None = None
) -> float | None:
    """The number in a text, `None` when it is empty.

    Raises:
        DocumentError: It is no number, not a whole one, or beyond the limits.
    """
    if not text.strip():
        return None
    number = _parse(text.strip(), is_whole)
    if (min_value is not None and number < min_value) or (max_value is not None and number > max_value):
        raise DocumentError(f"{text.strip()} is not {_limits(min_value, max_value)}.", "It was not taken over.")
    return number


def _parse(text: str, is_whole: bool) -> float:
    try:
        number: float = int(text) if is_whole else float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        kind, example = ("a whole number", "25") if is_whole else ("a number", "0.5")
        raise DocumentError(f"{text[:40]!r} is not {kind}.", f"Write one such as {example}.") from None
    return number


def _limits(min_value: float | None, max_value: float | None) -> str:
    if max_value is None:
        return f"{min_value:g} or more"
    return f"{max_value:g} or less" if min_value is None else f"between {min_value:g} and {max_value:g}"
