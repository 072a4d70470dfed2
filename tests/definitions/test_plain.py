"""Values as JSON would hold them."""

from __future__ import annotations

import math
from datetime import date

import pytest

from crewlab.definitions.checks import check
from crewlab.definitions.plain import is_deeper_than, not_a_number, plain, require_document
from crewlab.errors import DocumentError


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


def test_numbers_that_json_does_not_have_are_named_by_their_place():
    """What stands there would be null in what is kept, and nobody would know."""
    value = {"a": [1.5, math.nan], "b": {"c": -math.inf, "d": "nan", "e": (math.inf,)}}
    assert list(not_a_number(value)) == ["a.1", "b.c", "b.e.0"]
    with pytest.raises(DocumentError, match=r"^a\.1, b\.c, b\.e\.0: NaN and infinity"):
        require_document(value)


@pytest.mark.parametrize("document", [{"tasks": [], "inputs": {"n": math.nan}}, {"methods": {}, "n": [math.inf]}])
def test_a_number_that_json_does_not_have_is_a_problem(document):
    """Of a crew and of a flow; nothing else is said of a document that cannot be kept."""
    (problem,) = check(document)
    assert (problem.id, problem.severity, problem.where) == (
        "document.number",
        "error",
        "inputs.n" if "inputs" in document else "n.0",
    )
