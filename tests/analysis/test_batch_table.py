"""A batch as one table."""

from __future__ import annotations

import json

import pytest

from crewlab.analysis import frames
from crewlab.analysis.batch_table import COMMAND_LINE, METRICS, batch_table, command_line_table
from crewlab.analysis.columns import REHEARSAL_NOTE
from tests.analysis.rows import executions


def row(number: int, inputs: dict[str, object], output_json: object = None, **values: object) -> dict[str, object]:
    answer = None if output_json is None else json.dumps(output_json)
    return {"row_number": number, "inputs": json.dumps(inputs), "output_json": answer, **values}


def test_columns_come_in_the_order_a_reader_expects():
    """Row, inputs, what came out, its fields, what it took, what went wrong."""
    table = batch_table(executions(row(1, {"topic": "tea"}, {"verdict": "buy"})))
    assert list(table.columns) == [
        "row_number", "topic", "status", "output", "verdict", *METRICS, "error", "execution_id",
    ]  # fmt: skip


def test_rows_are_in_the_order_of_the_input_table():
    """Whatever finished first, row 1 is first."""
    table = batch_table(executions(row(3, {"topic": "c"}), row(1, {"topic": "a"}), row(2, {"topic": "b"})))
    assert table["topic"].tolist() == ["a", "b", "c"]


def test_input_columns_keep_the_order_of_the_file():
    """Columns of the uploaded file come as they were there, also one that no row fills."""
    table = batch_table(executions(row(1, {"b": "2", "a": "1"})), ["a", "b", "c"])
    assert list(table.columns[1:4]) == ["a", "b", "c"]
    assert table["c"].isna().all()


def test_an_input_named_like_a_metric_is_told_apart():
    """An input column `status` or `attempts` does not hide ours."""
    table = batch_table(executions(row(1, {"status": "urgent", "attempts": "9", "topic": "tea"})))
    assert list(table.columns[1:5]) == ["input.status", "input.attempts", "topic", "status"]
    assert table.loc[0, ["input.status", "status", "input.attempts", "attempts"]].tolist() == [
        "urgent", "completed", "9", 1,
    ]  # fmt: skip


def test_a_json_field_named_like_another_column_is_told_apart():
    """Fields of the answer never overwrite an input or a metric."""
    table = batch_table(executions(row(1, {"topic": "tea"}, {"topic": "coffee", "output": "x", "label": "y"})))
    assert list(table.columns) == [
        "row_number", "topic", "status", "output", "output.topic", "output.output", "label", *METRICS,
        "error", "execution_id",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([1, 2, None], "Int64"),
        ([1, 2.5], "float64"),
        ([True, None], "boolean"),
        ([True, 1], "string"),
        (["a", 1], "string"),
        ([{"k": 1}, [1, 2]], "string"),
        ([2**70], "string"),
        ([None], "string"),
    ],
)
def test_json_fields_keep_their_type_when_all_rows_agree(values, dtype):
    """Numbers can be summed; anything mixed or nested is text."""
    table = batch_table(executions(*(row(place, {}, {"field": value}) for place, value in enumerate(values))))
    assert str(table["field"].dtype) == dtype


def test_answers_that_are_no_object_add_no_columns():
    """A list or a number as output stays in `output`."""
    table = batch_table(executions(row(1, {}, [1, 2]), row(2, {}, 7), row(3, {})))
    assert list(table.columns) == ["row_number", "status", "output", *METRICS, "error", "execution_id"]


def test_rehearsal_is_marked_row_by_row():
    """A batch that was finished on another model says which rows are no evidence."""
    table = batch_table(executions(row(1, {}, is_rehearsal=True), row(2, {}, is_rehearsal=False)))
    assert table["note"].fillna("").tolist() == [REHEARSAL_NOTE, ""]


def test_the_command_line_writes_its_documented_columns():
    """Scripts rely on these names and this order."""
    table = command_line_table(executions(row(1, {"topic": "tea", "error": "e", "attempts": "3"})), ["topic"])
    assert list(table.columns) == ["topic", "input.error", "attempts", *COMMAND_LINE]


def test_a_failed_row_says_why():
    """The error of a row is in its line."""
    table = command_line_table(executions(row(1, {}, status="failed", error_message="The model is down.")))
    assert table.loc[0, ["status", "error"]].tolist() == ["failed", "The model is down."]


@pytest.mark.parametrize("make", [batch_table, command_line_table])
def test_an_empty_batch_has_columns(make):
    """A batch whose executions are gone is an empty table, not an error."""
    table = make(frames.empty("executions"), ["topic", "status"])
    assert table.empty
    assert {"topic", "input.status", "status"} <= set(table.columns)
