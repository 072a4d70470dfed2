"""Values as JSON would hold them."""

from __future__ import annotations

from datetime import date

from crewlab.definitions.plain import is_deeper_than, plain


def test_what_json_does_not_know_becomes_text():
    """Keys too; tuples become lists, and nothing else changes."""
    value = {1: (1, 2.5, None, True), "day": date(2025, 1, 31), "list": [{"a": "b"}]}
    assert plain(value) == {"1": [1, 2.5, None, True], "day": "2025-01-31", "list": [{"a": "b"}]}


def test_depth_counts_levels_of_lists_and_objects():
    """A single value has none."""
    assert not is_deeper_than("text", 0)
    assert not is_deeper_than({"a": [1]}, 2)
    assert is_deeper_than({"a": [1]}, 0)
    assert is_deeper_than({"a": [[1]]}, 2)


def test_a_few_objects_that_stand_for_millions_are_too_many():
    """Each level holds the next one twice; expanding them would not end."""
    value: list[object] = ["x"]
    for _ in range(60):
        value = [value, value]
    assert is_deeper_than(value, 64)
