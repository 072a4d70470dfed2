"""CSV files that people take away."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from crewlab.analysis import exports, frames
from crewlab.analysis.columns import REHEARSAL_NOTE, REPLAY_NOTE
from tests.analysis.rows import executions


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_rehearsal_rows_say_that_they_are_no_evidence():
    """A file with rehearsal in it marks exactly those rows."""
    rows = read(exports.to_csv(executions({"is_rehearsal": True}, {"is_rehearsal": False})))
    assert [row["note"] for row in rows] == [REHEARSAL_NOTE, ""]


def test_replayed_rows_say_that_they_are_recorded():
    """Earlier answers carry another note than made-up ones, and both notes where both are true."""
    flags = [(False, True), (True, True), (False, False)]
    frame = executions(*({"is_rehearsal": one, "is_replay": other} for one, other in flags))
    notes = [row["note"] for row in read(exports.to_csv(frame))]
    assert notes == [REPLAY_NOTE, f"{REHEARSAL_NOTE}; {REPLAY_NOTE}", ""]


def test_a_file_without_rehearsal_has_no_note():
    """Real executions are exported with their own columns only."""
    frame = executions({"is_rehearsal": False})
    assert list(read(exports.to_csv(frame))[0]) == list(frame.columns)


def test_a_table_without_the_flag_can_be_marked_as_a_whole():
    """Tables made from rehearsal executions carry the note too."""
    rows = read(exports.to_csv(pd.DataFrame({"metric": ["cost", "time"]}), is_rehearsal=True))
    assert [row["note"] for row in rows] == [REHEARSAL_NOTE] * 2


def test_a_note_of_somebody_else_does_not_hide_ours():
    """A table with a column `note` is still marked, once."""
    marked = exports.with_note(pd.DataFrame({"note": ["call back"]}), is_rehearsal=True)
    assert marked.iloc[0].tolist() == ["call back", REHEARSAL_NOTE]
    twice = exports.with_note(exports.with_note(executions({"is_rehearsal": True})))
    assert list(twice.columns).count("note") == 1


def test_text_survives_quotes_newlines_and_accents():
    """What is read back is what was there, byte order mark or not."""
    text = 'first "line",\nsecond; naïve ☕\r\nthird'
    for is_marked in (False, True):
        data = exports.to_csv(pd.DataFrame({"output": [text]}), for_spreadsheet=is_marked)
        assert read(data) == [{"output": text}]
        assert data.startswith(b"\xef\xbb\xbf") == is_marked


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-cmd|' /C calc'!A0", "@now", "\t=1", "\r=1", "＝1+1"])
def test_formulas_are_neutralised_on_request(text):
    """A spreadsheet shows the text of a model instead of running it; asked for nothing, nothing changes."""
    frame = pd.DataFrame({"output": [text]})
    assert read(exports.to_csv(frame, for_spreadsheet=True)) == [{"output": "'" + text}]
    assert read(exports.to_csv(frame)) == [{"output": text}]


@pytest.mark.parametrize("text", ["-5", "+3.25", "-1e-9", "a = b", "", "1-2"])
def test_numbers_and_plain_text_are_left_alone(text):
    """Only what would run is changed."""
    assert read(exports.to_csv(pd.DataFrame({"x": [text], "y": ["z"]}), for_spreadsheet=True))[0]["x"] == text


def test_a_column_name_can_be_a_formula_too():
    """Headers come from an uploaded table and are as little trusted as cells."""
    assert list(read(exports.to_csv(pd.DataFrame({"=1+1": [1]}), for_spreadsheet=True))[0]) == ["'=1+1"]


def test_an_empty_table_has_its_header():
    """Somebody who filters everything away still gets a file that opens."""
    assert (
        exports.to_csv(frames.empty("batches"), for_spreadsheet=True).decode("utf-8-sig").startswith("batch_id,name,")
    )
