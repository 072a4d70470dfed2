"""Reading JSON with comments: depth, numbers and duplicate keys are looked at before they can do harm."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from crewlab.definitions.notation.jsonc import STRING, without_comments
from crewlab.errors import DocumentError

MAX_DEPTH = 64
MAX_DIGITS = 300
_STRUCTURE = re.compile(STRING + r"|[\[\]{}]", re.DOTALL)


class _DuplicateKeyError(Exception):
    """Carries the key out of the JSON parser."""


def read_json(text: str, source: str) -> Any:
    """The value that JSON text holds; comments and trailing commas are allowed, a key twice is not.

    Raises:
        DocumentError: With the line, where it is known.
    """
    plain = without_comments(text)
    _refuse_depth(plain, source)
    try:
        return json.loads(
            plain, object_pairs_hook=_object, parse_int=_integer, parse_float=_number, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"{source}, line {error.lineno}: this is not valid JSON ({error.msg}).",
            "Look for a missing comma, quote or bracket just before that place.",
        ) from error
    except _DuplicateKeyError as error:
        _raise_duplicate(plain, str(error), source)
    except ValueError as error:
        raise DocumentError(f"{source}: {error}.", "Write it as text, in quotes.") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateKeyError(key)
        found[key] = value
    return found


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"the number {digits[:12]}... has {len(digits)} digits")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"the number {digits[:24]} is too large")
    return number


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number that JSON knows")


def _refuse_depth(text: str, source: str) -> None:
    depth = 0
    for match in _STRUCTURE.finditer(text):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(match.group(), 0)
        if depth > MAX_DEPTH:
            line = text.count("\n", 0, match.start()) + 1
            raise DocumentError(
                f"{source}, line {line}: more than {MAX_DEPTH} levels are nested.", "A crew needs fewer than ten."
            )


def _raise_duplicate(text: str, key: str, source: str) -> NoReturn:
    """The line is told only where the key occurs exactly twice, so that it cannot be wrong."""
    places = [match.start() for match in re.finditer(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:", text)]
    line = f", line {text.count(chr(10), 0, places[1]) + 1}" if len(places) == 2 else ""
    raise DocumentError(f"{source}{line}: the key {key!r} is there twice.", "Keep one of the two.")
