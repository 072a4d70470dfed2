"""How a document names a secret without holding it: `${secret:NAME}` in a field of a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

REFERENCE = re.compile(r"\$\{secret:([A-Za-z_][A-Za-z0-9_]{0,99})\}")
LOOKS_LIKE_ONE = "${secret:"


def names_in(value: Any) -> Iterator[str]:
    """The names of all secrets that a text, or the texts within an object or list, refer to."""
    if isinstance(value, str):
        yield from REFERENCE.findall(value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from names_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from names_in(item)


def filled(value: Any, lookup: Callable[[str], str]) -> Any:
    """The same value with every reference replaced by what `lookup` returns for its name."""
    if isinstance(value, str):
        return REFERENCE.sub(lambda match: lookup(match[1]), value) if LOOKS_LIKE_ONE in value else value
    if isinstance(value, Mapping):
        return {key: filled(item, lookup) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [filled(item, lookup) for item in value]
    return value
