"""References to secrets in what can hold none: the fields are left out, and said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.interchange.notes import Note
from crewlab.secrets.references import REFERENCE, names_in

_WHAT = "left out: crewAI's documents cannot refer to a secret; set the variable that the provider reads"


def secrets_left_out(places: Mapping[str, Any]) -> list[Note]:
    """A note for each secret that a part refers to; `places` are parts by what they are called."""
    return [
        Note(where, f"{name} is {_WHAT}") for where, body in places.items() for name in dict.fromkeys(names_in(body))
    ]


def without_secrets(value: Any) -> Any:
    """The same without the fields and items whose text refers to a secret."""
    if isinstance(value, Mapping):
        return {key: without_secrets(item) for key, item in value.items() if not _refers(item)}
    if isinstance(value, list):
        return [without_secrets(item) for item in value if not _refers(item)]
    return value


def _refers(value: Any) -> bool:
    return isinstance(value, str) and bool(REFERENCE.search(value))
