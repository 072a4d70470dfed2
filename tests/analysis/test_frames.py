"""The store's views as frames."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest

from crewlab.analysis import frames
from crewlab.analysis.columns import FRAMES
from crewlab.executions.execution import NewExecution
from crewlab.executions.identity import new_id
from crewlab.store import Store
from tests.analysis.rows import executions, frame, tasks


@pytest.mark.parametrize("name", FRAMES)
def test_dtypes_are_the_same_with_and_without_values(name):
    """Empty, all missing or full: code written against one frame works on every other."""
    declared = {column.name: column.dtype for column in FRAMES[name]}
    for rows in ([], [{}], [{}, {}]):
        assert {key: str(dtype) for key, dtype in frame(name, rows).dtypes.items()} == declared


def test_columns_come_as_declared_whatever_the_view_adds():
    """Order and choice of columns are ours; the owner and later additions of a view do not leak in."""
    table = frames.schema("batches").empty_table().append_column("owner", pa.array([], pa.string()))
    shuffled = table.select(sorted(table.column_names))
    assert list(frames.typed(shuffled, "batches").columns) == [column.name for column in FRAMES["batches"]]


def test_narrow_and_wide_numbers_of_the_database_are_brought_to_one_dtype():
    """INTEGER, DECIMAL and other zones become Int64, float64 and UTC."""
    table = frames.schema("tool_calls").empty_table().to_pydict() | {
        "attempt": pa.array([2], pa.int32()),
        "duration_seconds": pa.array([Decimal("1.5")]),
        "started_at": pa.array([0], pa.timestamp("ms", tz="Europe/Madrid")),
    }
    filled = {name: values if len(values) else pa.nulls(1) for name, values in table.items()}
    row = frames.typed(pa.table(filled), "tool_calls").iloc[0]
    assert (row["attempt"], row["duration_seconds"]) == (2, 1.5)
    assert row["started_at"] == pd.Timestamp(0, tz="UTC")


def test_a_view_that_lacks_a_column_is_an_error():
    """A column that the store no longer has is noticed, not filled with nothing."""
    table = frames.schema("logs").empty_table().drop_columns(["level"])
    with pytest.raises(KeyError, match="level"):
        frames.typed(table, "logs")


def test_a_total_of_nothing_known_is_unknown():
    """Unknown tokens are never 0 tokens."""
    assert frames.total(executions({}, {})["input_tokens"]) is None
    assert frames.total(executions({"input_tokens": 3}, {})["input_tokens"]) == 3
    assert frames.total(executions({"cost_usd": 0.5}, {"cost_usd": 0.25})["cost_usd"]) == 0.75


def test_one_rehearsal_row_makes_a_frame_carry_rehearsal():
    """Missing flags are not rehearsal; a single true one is."""
    assert not frames.has_rehearsal(tasks({}, {"is_rehearsal": None}))
    assert frames.has_rehearsal(tasks({}, {"is_rehearsal": True}))
    assert not frames.has_rehearsal(frames.empty("batches"))


@pytest.fixture
def store(data):
    opened = Store.open(data)
    yield opened
    opened.close()


@pytest.mark.parametrize("name", FRAMES)
def test_each_view_of_the_store_is_declared_column_by_column(store, name):
    """What the store documents and what the frames declare is the same, the owner apart."""
    assert set(store.frames.read(name, owner="local").column_names) - {"owner"} == set(frames.empty(name).columns)
    assert frames.load(store, name, owner="local").dtypes.equals(frames.empty(name).dtypes)


def test_a_frame_is_one_owners(store):
    """Another person's executions are not in it, and a limit or a choice narrows it down."""
    mine, theirs = (
        NewExecution(execution_id=new_id(), owner=owner, definition_name="x", content_hash="h", document={})
        for owner in ("local", "other")
    )
    store.executions.add([mine, theirs]).result(60)
    assert frames.load(store, "executions", owner="local")["execution_id"].tolist() == [mine.execution_id]
    assert frames.load(store, "executions", owner="local", execution_ids=[theirs.execution_id]).empty
    assert frames.load(store, "executions", owner="local", limit=0).empty
