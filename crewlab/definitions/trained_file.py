"""What `crewai train` wrote: a pickle, of which nothing but plain values is read."""

from __future__ import annotations

import io
import pickle
import pickletools
import struct
from collections.abc import Mapping
from typing import Any

from crewlab.errors import DocumentError

LARGEST = 1_000_000
"""Bytes; what agents have learned is some sentences each."""
_HINT = "Train the crew here instead: lab.train(...), or Train on the page Launch."
_OPERATIONS = """
    PROTO FRAME STOP MARK POP POP_MARK DUP MEMOIZE PUT BINPUT LONG_BINPUT GET BINGET LONG_BINGET
    NONE NEWTRUE NEWFALSE INT BININT BININT1 BININT2 LONG LONG1 LONG4 FLOAT BINFLOAT UNICODE BINUNICODE SHORT_BINUNICODE
    BINUNICODE8 EMPTY_LIST LIST APPEND APPENDS EMPTY_DICT DICT SETITEM SETITEMS EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3
"""
_PLAIN = frozenset(_OPERATIONS.split())
"""What makes texts, numbers, lists and objects; everything else in a pickle can run code."""
_BROKEN = (
    pickle.PickleError,
    AttributeError,
    EOFError,
    LookupError,
    OverflowError,
    TypeError,
    ValueError,
    struct.error,
)


def lessons_in(content: bytes, name: str) -> dict[str, tuple[str, ...]]:
    """Role -> instructions that an agent of this role follows.

    Raises:
        DocumentError: The file is too large, is no file of `crewai train`, or would run code if Python read it.
    """
    if len(content) > LARGEST:
        raise DocumentError(f"The file {name!r} is larger than {LARGEST} bytes.", _HINT)
    try:
        _refuse_code(content, name)
        found = pickle._Unpickler(io.BytesIO(content)).load()  # the other one makes gigabytes of a few bytes
    except _BROKEN as error:
        raise DocumentError(f"The file {name!r} is not one of `crewai train`: {str(error)[:200]}.", _HINT) from error
    if not isinstance(found, Mapping):
        raise DocumentError(f"The file {name!r} is not one of `crewai train`.", _HINT)
    return {role: lessons for role, of in found.items() if isinstance(role, str) and (lessons := _suggestions(of))}


def _refuse_code(content: bytes, name: str) -> None:
    for operation, _, _ in pickletools.genops(content):
        if operation.name not in _PLAIN:
            what = f"The file {name!r} would run code if it were read ({operation.name}), so it is not."
            raise DocumentError(what, _HINT)


def _suggestions(of_role: Any) -> tuple[str, ...]:
    said = of_role.get("suggestions") if isinstance(of_role, Mapping) else None
    return tuple(one for one in said if isinstance(one, str)) if isinstance(said, list) else ()
