"""The store's views as pandas DataFrames whose dtypes never depend on what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crewlab.analysis.columns import FRAMES, FrameName

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from crewlab.store import Store


def load(
    store: Store,
    name: FrameName,
    *,
    owner: str,
    execution_ids: Sequence[str] | None = None,
    batch_id: str | None = None,
    limit: int | None = None,
) -> pd.DataFrame:
    """Read one frame of one owner, narrowed to executions or a batch; no row limit unless asked for."""
    table = store.frames.read(name, owner=owner, execution_ids=execution_ids, batch_id=batch_id, limit=limit)
    return typed(table, name)


def typed(table: pa.Table, name: FrameName) -> pd.DataFrame:
    """The declared columns of frame `name`, in order and with their dtypes, also when there are no rows.

    Text is `string`, whole numbers `Int64`, other numbers `float64`, times `datetime64[us, UTC]`.

    Raises:
        KeyError: The table lacks a declared column.
    """
    return _to_pandas(declared(table, name))


def declared(table: pa.Table, name: FrameName) -> pa.Table:
    """The declared columns of frame `name` as Arrow, in order and with their types. Raises as `typed` does."""
    return table.select([column.name for column in FRAMES[name]]).cast(schema(name))


def empty(name: FrameName) -> pd.DataFrame:
    """Frame `name` without rows."""
    return _to_pandas(schema(name).empty_table())


def joined(tables: Sequence[pd.DataFrame], name: FrameName) -> pd.DataFrame:
    """Parts of frame `name` below each other."""
    import pandas as pd

    return pd.concat(tables, ignore_index=True) if tables else empty(name)


def schema(name: FrameName) -> pa.Schema:
    """The Arrow types of frame `name`, which are also what travels over HTTP."""
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "Int64": pa.int64(),
        "float64": pa.float64(),
        "boolean": pa.bool_(),
        "datetime64[us, UTC]": pa.timestamp("us", tz="UTC"),
    }
    return pa.schema([(column.name, types[column.dtype]) for column in FRAMES[name]])


def total(series: pd.Series[Any]) -> float | None:
    """The sum of what is known, or `None` when nothing is: unknown is never 0."""
    known = series.dropna()
    return (int if known.dtype.kind == "i" else float)(known.sum()) if len(known) else None


def has_rehearsal(frame: pd.DataFrame) -> bool:
    """Whether any row comes from the rehearsal model."""
    return "is_rehearsal" in frame and bool(frame["is_rehearsal"].fillna(False).any())


def has_replay(frame: pd.DataFrame) -> bool:
    """Whether any row was answered from a cassette."""
    return "is_replay" in frame and bool(frame["is_replay"].fillna(False).any())


def _to_pandas(table: pa.Table) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa

    dtypes = {pa.string(): pd.StringDtype(), pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    frame: pd.DataFrame = table.to_pandas(types_mapper=dtypes.get)
    return frame
