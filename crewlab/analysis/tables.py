"""Rows as a table whose dtypes do not depend on what is in it, and long tables made wide."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

WIDE_LIMIT = 6
"""Up to so many things stand side by side, a column each; more stay one below the other."""


def table(rows: Iterable[Mapping[str, Any]], dtypes: Mapping[str, str]) -> pd.DataFrame:
    """A frame with exactly these columns and dtypes; what a row lacks is missing."""
    import pandas as pd

    found = list(rows)
    columns = {name: pd.Series([row.get(name) for row in found], dtype=dtype) for name, dtype in dtypes.items()}
    return pd.DataFrame(columns)


def side_by_side(
    long: pd.DataFrame, index: Sequence[str], values: Mapping[str, str], labels: Sequence[str]
) -> pd.DataFrame:
    """One row per `index`, in order of appearance; per value column of `long` and label one column.

    `values` maps a column of `long` to how its columns are named, such as `"Δ {}"` around the label.
    """
    result = long[list(index)].drop_duplicates().reset_index(drop=True)
    for column, pattern in values.items():
        for label in labels:
            own = long.loc[long["label"] == label, [*index, column]]
            result = result.merge(own.rename(columns={column: pattern.format(label)}), on=list(index), how="left")
    return result


def as_text(value: Any) -> str | None:
    """A value of a document for a cell: text as it is, anything else as JSON, nothing as missing."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)
