"""Lines of the values of a document."""

from __future__ import annotations

import pytest

from crewlab.definitions.notation.places import line_of

JSON = '{\n  "topic": "tea",\n  "rows": [\n    {"name": "x"},\n    {"name": "y",\n     "price": 1}\n  ]\n}'
YAML = "topic: tea\nrows:\n  - name: x\n  - name: y\n    price: 1\n"


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        (JSON, ["topic"], 2),
        (JSON, ["rows", "1", "price"], 6),
        (JSON, ["rows", 1], 5),
        (JSON, [], 1),
        (YAML, ["rows", "1", "price"], 5),
    ],
)
def test_a_value_is_found_at_its_line(text: str, path: list[str | int], line: int):
    """Keys and items, in both formats; a place may be a number or the text of one."""
    assert line_of(text, path) == line


def test_what_is_missing_is_shown_where_it_belongs():
    """A field that is not there has the line of what should have it."""
    assert line_of(JSON, ["rows", "0", "price"]) == 4


def test_comments_and_tabs_do_no_harm():
    """JSON as people write it."""
    assert line_of('{\n\t// the {topic}\n\t"a": 1, /* two\n lines */ "b": 2}', ["b"]) == 4


def test_text_that_cannot_be_read_has_no_lines():
    """And nothing fails."""
    assert line_of("{", ["a"]) is None
    assert line_of("", ["a"]) is None
