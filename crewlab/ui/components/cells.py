"""Values out of a frame's row, where missing is `None`, and JSON text is its value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def cell(row: pd.Series[Any], name: str) -> Any:
    """One value of a row; `None` when it is missing or the row has no such column."""
    import pandas as pd

    value = row.get(name)
    return None if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)) else value


def json_cell(row: pd.Series[Any], name: str) -> Any:
    """One JSON text of a row as its value; text that is not JSON stays text."""
    text = cell(row, name)
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def as_text(value: Any) -> str:
    """A value as it is written in a cell: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def known(values: pd.Series[Any]) -> list[str]:
    """The distinct values that occur, in order of first appearance."""
    return [str(value) for value in values.dropna().unique()]
