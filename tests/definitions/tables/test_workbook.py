"""Excel workbooks as input tables."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from crewlab.definitions.tables.rows import read_table
from crewlab.errors import InputsError


def workbook(*rows: list[object], sheets: int = 1) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    for number in range(1, sheets):
        book.create_sheet(f"more {number}")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_the_first_sheet_is_the_table():
    """Numbers and dates become the text that a person would type; a row shorter than the header is fine."""
    data = workbook(
        ["topic", "n", "day"],
        ["a", 3.0, date(2025, 1, 31)],
        ["b", 1.5, datetime.fromisoformat("2025-01-31 08:00")],
        ["c"],
    )
    table = read_table(data, "inputs.xlsx")
    assert table.rows == [
        {"topic": "a", "n": "3", "day": "2025-01-31"},
        {"topic": "b", "n": "1.5", "day": "2025-01-31 08:00:00"},
        {"topic": "c", "n": "", "day": ""},
    ]
    assert (table.encoding, table.delimiter, table.row_errors) == ("xlsx", None, {})


def test_other_sheets_are_mentioned():
    """Nobody wonders where the second sheet went."""
    assert "first of 2 sheets" in read_table(workbook(["a"], ["b"], sheets=2), "x.xlsx").warnings[0]


def test_the_name_of_the_file_does_not_matter():
    """A workbook called .csv is read as what it is."""
    assert read_table(workbook(["a"], ["b"]), "x.csv").rows == [{"a": "b"}]


def test_a_damaged_workbook_is_refused():
    """Cut off, or without what a workbook needs."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("xl/nothing.xml", "<a>")
    for data in (workbook(["a"], ["b"])[:-200], archive.getvalue()):
        with pytest.raises(InputsError, match="damaged"):
            read_table(data, "x.xlsx")


def test_a_workbook_that_unpacks_to_far_more_is_refused_unread():
    """A zip bomb costs nothing."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", " " * 30_000_000)
    with pytest.raises(InputsError, match="unpacks to"):
        read_table(archive.getvalue(), "x.xlsx", max_table_bytes=1_000_000)


def test_a_zip_of_something_else_is_no_table():
    """The kind of file is named."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("data.csv", "a\n1\n")
    with pytest.raises(InputsError, match="zip archive"):
        read_table(archive.getvalue(), "x.zip")
