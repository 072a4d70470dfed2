"""Input tables in the encodings and delimiters that analysts have, and one clear sentence for the rest."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewlab.definitions.tables.rows import apply_mapping, read_table
from crewlab.errors import InputsError
from tests.yardstick import slowness

ROWS = [{"topic": "Größe", "region": "Île, Süd"}, {"topic": "b", "region": "c\nd"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_text_tables_are_read_as_they_come(delimiter: str, encoding: str, newline: str):
    """Delimiter and encoding are found, accents, quoted delimiters and line breaks in cells are kept."""
    lines = [f"topic{delimiter}region", f'Größe{delimiter}"Île, Süd"', f'b{delimiter}"c\nd"', ""]
    table = read_table(newline.join(lines).encode(encoding), "inputs.csv")
    assert table.columns == ("topic", "region")
    assert table.rows == ROWS
    assert (table.encoding, table.delimiter) == (
        {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}.get(encoding, encoding),
        delimiter,
    )


def test_a_guess_of_the_encoding_is_said():
    """Windows-1252 cannot be told from other old encodings, so the reader is asked to look."""
    assert "Windows-1252" in read_table("é\n1".encode("cp1252"), "x.csv").warnings[0]
    assert read_table("é\n1".encode(), "x.csv").warnings == ()


def test_one_column_needs_no_delimiter():
    """A list of topics is a table."""
    assert read_table(b"topic\na b\nc d\n", "x.csv").rows == [{"topic": "a b"}, {"topic": "c d"}]


def test_decimal_commas_do_not_hide_the_semicolon():
    """The delimiter is the one that fits the rows, not the most frequent one."""
    assert read_table(b"name;price\na;1,5\nb, c;2,5\n", "x.csv").delimiter == ";"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\n\n , \n", "is empty"),
        (b"a,b\n", "no rows"),
        (b"a,b\n,\n", "no rows"),
        (b"a, a\n1,2\n", "two columns named 'a'"),
        (b'a,b\n"1,2\n3,4\n', "line 3"),
        (b"\x00\x01\x02\x03" * 50, "not text"),
        (bytes(range(128, 256)), "not text"),
        (b"\xff\xfea", "not valid UTF-16"),
        (b"name,note\nplain,text\nodd,te\x00xt\n", r"holds the character U\+0000 \(NUL\) in line 3"),
        (b"\xd0\xcf\x11\xe0rest", "an old Excel"),
        (b"%PDF-1.7", "a PDF"),
        (b"PK\x03\x04rest", "damaged"),
        (b"x" * 2_000_001, "2.0 MB"),
        (b"a" + b",a" * 1500 + b"\n1", "columns"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(data: bytes, message: str):
    """What is wrong, with the file's name, and what to do."""
    with pytest.raises(InputsError, match=message) as caught:
        read_table(data, "inputs.csv", max_table_bytes=2_000_000)
    assert "inputs.csv" in caught.value.message
    assert caught.value.hint


def test_rows_that_do_not_fit_keep_their_error():
    """One bad row does not cost the others; empty rows are left out and counted."""
    table = read_table(b"a,b\n1,2\n3\n,\n4,5,6\n7,8,,\n", "x.csv")
    assert table.rows == [{"a": "1", "b": "2"}, {"a": "3", "b": ""}, {"a": "4", "b": "5"}, {"a": "7", "b": "8"}]
    assert table.row_errors == {
        2: ("It has 1 cell, and the header has 2.",),
        3: ("It has 3 cells, and the header has 2.",),
    }
    assert table.warnings == ("1 empty row was left out.",)


def test_a_cell_that_is_too_large_is_an_error_of_its_row():
    """Five megabytes in one cell stop neither the reader nor the other rows."""
    table = read_table(b"a,b\n1," + b"x" * 5_000_000 + b"\n2,3\n", "x.csv")
    assert list(table.row_errors) == [1]
    assert "'b' holds 5.0 MB; a cell may hold 1.0 MB." in table.row_errors[1]


def test_the_size_of_a_cell_is_counted_in_bytes():
    """Characters of four bytes count as four."""
    assert read_table(("a\n" + "x" * 1000).encode(), "x.csv", max_cell_bytes=1000).row_errors == {}
    assert read_table(("a\n" + "😀" * 251).encode(), "x.csv", max_cell_bytes=1000).row_errors != {}


def test_columns_without_a_name_get_one_where_they_hold_something():
    """Trailing delimiters of a spreadsheet make no columns."""
    table = read_table(b"a,,c,,\n1,2,3,,\n", "x.csv")
    assert table.columns == ("a", "column 2", "c")
    assert table.row_errors == {}


def test_a_hundred_thousand_rows_take_well_under_two_seconds():
    """Reading and mapping, measured in CPU time; about 0.3 s here."""
    text = "id;topic;note\n" + "".join(f'{n};topic {n};"note; {n}"\n' for n in range(100_000))
    began = time.thread_time()
    table = read_table(text.encode("utf-16"), "x.csv")
    rows = apply_mapping(table, {"topic": "topic"}, {"region": "EU"})
    spent = time.thread_time() - began
    assert spent < 2.0 or spent < 2.0 * slowness()
    assert (len(rows), rows[-1].inputs) == (100_000, {"region": "EU", "topic": "topic 99999"})


@given(data=st.binary(max_size=60) | st.text(st.sampled_from('a,;\t|"\n\r \u00e9'), max_size=40).map(str.encode))
@settings(max_examples=300)
def test_any_bytes_are_a_table_or_refused(data: bytes):
    """Nothing but `InputsError` comes out of a file that somebody uploads."""
    with contextlib.suppress(InputsError):
        table = read_table(data, "x.csv")
        assert table.rows
        assert all(tuple(row) == table.columns for row in table.rows)
