"""Records out of JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel

Record = TypeVar("Record", bound=BaseModel)


def records(kind: type[Record], rows: Iterable[Any]) -> list[Record]:
    """Each row as a record of this kind."""
    return [kind.model_validate(row) for row in rows]
