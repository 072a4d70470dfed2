"""Numbers written and read as text."""

from __future__ import annotations

import pytest

from crewlab.errors import DocumentError
from crewlab.ui.editor.number_text import read_number, write_number


@pytest.mark.parametrize(("number", "text"), [(None, ""), (3, "3"), (30.0, "30"), (0.25, "0.25"), (-2, "-2")])
def test_a_number_is_written_as_a_person_would(number, text):
    """Without a point where there is nothing behind it, and what is written is read as the same number."""
    assert write_number(number) == text
    assert read_number(text, is_whole=False) == number


@pytest.mark.parametrize("text", ["", "  "])
def test_an_emptied_field_is_no_number(text):
    """Nothing is `None`, whatever the limits."""
    assert read_number(text, is_whole=True, min_value=1) is None


def test_a_whole_number_is_an_int():
    """So that the document says 3 and not 3.0."""
    assert isinstance(read_number(" 3 ", is_whole=True), int)


@pytest.mark.parametrize("text", ["1.5", "two", "1,5", "nan", "1e400", "\0"])
def test_what_is_no_whole_number_is_refused(text):
    """The message quotes it and says what to write."""
    with pytest.raises(DocumentError, match="is not a whole number") as refused:
        read_number(text, is_whole=True)
    assert "25" in str(refused.value)


@pytest.mark.parametrize("text", ["nan", "inf", "-1e999", "a lot"])
def test_a_number_is_finite(text):
    """Documents have no other numbers."""
    with pytest.raises(DocumentError, match="is not a number"):
        read_number(text, is_whole=False)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"min_value": 1}, "1 or more"),
        ({"max_value": -1}, "-1 or less"),
        ({"min_value": 1, "max_value": 2}, "between 1 and 2"),
    ],
)
def test_the_limits_are_told(limits, said):
    """Beyond them the number is refused, with what would do."""
    with pytest.raises(DocumentError, match=said):
        read_number("0", is_whole=True, **limits)


def test_the_limits_themselves_are_allowed():
    """Both ends belong to what may be written."""
    assert [read_number(text, is_whole=False, min_value=0.0, max_value=1.0) for text in ("0", "1")] == [0, 1]
