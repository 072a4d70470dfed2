"""Columns meet placeholders."""

from __future__ import annotations

import pytest

from crewlab.definitions.tables.mapping import apply_mapping, guess_mapping
from crewlab.definitions.tables.rows import read_table
from crewlab.errors import InputsError


def test_names_match_but_for_case_spaces_and_underscores():
    """What is spelt exactly alike wins."""
    columns = ["Customer Name", "REGION", "region", "Year"]
    assert guess_mapping(columns, ["customer_name", "region", "budget"]) == {
        "customer_name": "Customer Name",
        "region": "region",
    }


def test_the_only_column_goes_to_the_only_placeholder():
    """A list of companies fills {topic}."""
    assert guess_mapping(["Company"], ["topic"]) == {"topic": "Company"}
    assert guess_mapping(["Company", "City"], ["topic"]) == {}


def test_each_row_becomes_inputs():
    """Columns, and the same value for all rows; columns without a placeholder are left out."""
    table = read_table(b"Topic,note\na,x\nb,y\n", "x.csv")
    rows = apply_mapping(table, {"topic": "Topic"}, {"region": "EU"})
    assert [(row.row_number, row.inputs, row.errors) for row in rows] == [
        (1, {"topic": "a", "region": "EU"}, ()),
        (2, {"topic": "b", "region": "EU"}, ()),
    ]


def test_an_empty_cell_is_an_error_of_its_row():
    """So is an empty value for all rows, and what the reader found wrong with the row."""
    table = read_table(b"topic,note\n ,x\nb\n", "x.csv")
    first, second = apply_mapping(table, {"topic": "topic"}, {"region": ""})
    assert first.errors == (
        "There is no {region}: no value is given.",
        "There is no {topic}: the cell in 'topic' is empty.",
    )
    assert second.errors == ("It has 1 cell, and the header has 2.", "There is no {region}: no value is given.")


def test_a_column_that_is_not_there_is_an_error():
    """The columns that there are, are named."""
    table = read_table(b"topic\na\n", "x.csv")
    with pytest.raises(InputsError, match="no column 'city'"):
        apply_mapping(table, {"topic": "city"})
