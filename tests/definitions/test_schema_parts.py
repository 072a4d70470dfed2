"""Values of a schema's properties as people write them."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.definitions.schema_parts import plain_part, type_of, typed


def test_a_property_is_plain():
    """References are followed, and the choice of leaving a value out says nothing about its type."""
    schema = {
        "properties": {"a": {"anyOf": [{"$ref": "#/$defs/N"}, {"type": "null"}]}, "b": {"type": ["null", "integer"]}},
        "$defs": {"N": {"type": "number", "description": "how much"}},
    }
    assert plain_part(schema, "a")["type"] == "number"
    assert plain_part(schema, "a")["description"] == "how much"
    assert plain_part(schema, "b")["type"] == "integer"


@pytest.mark.parametrize("odd", [True, 5, None, {"$ref": 5}, {"anyOf": 5}, {"anyOf": [True, {"type": "null"}]}])
def test_a_property_that_says_nothing_is_plain_too(odd: Any):
    """`true` is a schema, and a document may hold anything in the place of one."""
    assert plain_part({"properties": {"a": odd}}, "a").get("type") is None


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (" 12 ", "integer", 12),
        ("12.0", "integer", 12),
        ("90071992547409931", "integer", 90071992547409931),
        ("1.5", "number", 1.5),
        ("Yes", "boolean", True),
        ("0", "boolean", False),
        ('["a", 1]', "array", ["a", 1]),
        (" as it is ", "string", " as it is "),
        ("12", None, "12"),
    ],
)
def test_a_cell_becomes_what_the_schema_says(text: str, kind: str | None, value: Any):
    """A number is a number, yes is true, lists are JSON, and text stays as it was typed."""
    read = typed(text, {"type": kind} if kind else {})
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        ("1.5", "integer", "no whole number"),
        ("1e999", "integer", "no whole number"),
        ("dear", "number", "no number"),
        ("maybe", "boolean", "neither true nor false"),
        ("a, b", "array", 'write ["one", "two"]'),
        ("[" * 100_000, "array", "no JSON"),
    ],
)
def test_a_cell_that_does_not_fit_says_why(text: str, kind: str, what: str):
    """The message names what was written, and what it should be."""
    with pytest.raises(ValueError, match=r"no |neither") as caught:
        typed(text, {"type": kind})
    assert what in str(caught.value)


def test_values_have_the_names_that_schemas_use():
    """True is a boolean, not an integer."""
    values = [True, 1, 1.5, "a", [], {}, None]
    assert [type_of(value) for value in values] == [
        "boolean", "integer", "number", "string", "array", "object", "null",
    ]  # fmt: skip
