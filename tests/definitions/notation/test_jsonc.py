"""Comments and trailing commas leave JSON, and nothing moves."""

from __future__ import annotations

import json

import pytest

from crewlab.definitions.notation.jsonc import without_comments


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1} // end', {"a": 1}),
        ('{"a": /* one */ 1}', {"a": 1}),
        ('{"a": [1, 2, ], }', {"a": [1, 2]}),
        ('{"a": [1, // last\n ], }', {"a": [1]}),
        ('{"a": "// no", "b": "/* no */", "c": ",]"}', {"a": "// no", "b": "/* no */", "c": ",]"}),
        ('{"a": "quote \\" // no"}', {"a": 'quote " // no'}),
    ],
)
def test_only_comments_and_trailing_commas_go(text: str, value: object):
    """What stands in quotes stays."""
    assert json.loads(without_comments(text)) == value


def test_lines_stay_where_they_are():
    """A message about line 3 is about line 3 of the file."""
    text = "/* one\ntwo */\n{}"
    plain = without_comments(text)
    assert (len(plain), plain.count("\n"), plain.splitlines()[2]) == (len(text), 2, "{}")
