"""The state of a flow: fields, beginnings, and values that do not fit."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.definitions.flows.state import StateContract
from crewlab.errors import InputsError

SCHEMA = {
    "type": "object",
    "properties": {
        "topic": {"type": "string", "pattern": "^[a-z]+$"},
        "rows": {"type": "array", "items": {"$ref": "#/$defs/row"}},
        "limit": {"type": "integer", "default": 3},
        "note": {"type": "string"},
    },
    "required": ["topic", "limit"],
    "$defs": {"row": {"type": "object", "properties": {"price": {"type": "number"}}, "required": ["price"]}},
}
DOCUMENT = {"state": {"type": "json_schema", "json_schema": SCHEMA, "default": {"rows": [{"price": 1}]}}}


def test_a_state_begins_with_defaults_and_what_is_given():
    """The default of the state, then those of the schema; other fields hold nothing."""
    contract = StateContract(DOCUMENT)
    assert contract.initial({"topic": "cats"}) == {
        "topic": "cats",
        "rows": [{"price": 1}],
        "limit": 3,
        "note": None,
    }
    assert [name for name, field in contract.fields.items() if field.is_required] == ["topic"]
    assert contract.fields["limit"].default == 3


def test_an_id_that_is_not_given_is_left_to_the_execution():
    """It is not nothing, which would hide the id of the execution; one that is given counts."""
    schema = {"type": "object", "properties": {"id": {"type": ["string", "null"]}, "note": {"type": "string"}}}
    contract = StateContract({"state": {"type": "json_schema", "json_schema": schema}})
    assert contract.initial() == {"note": None}
    assert contract.initial({"id": "mine"}) == {"id": "mine", "note": None}


def test_a_field_may_take_anything():
    """`true` is the schema that says so."""
    contract = StateContract({"state": {"type": "json_schema", "json_schema": {"properties": {"any": True}}}})
    assert contract.initial({"any": [1]}) == {"any": [1]}
    assert list(contract.asked) == ["any"]


def test_defaults_are_not_shared_between_executions():
    """What one execution does to its state is not the default of the next."""
    contract = StateContract(DOCUMENT)
    contract.initial({"topic": "cats"})["rows"].append({})
    assert contract.initial({"topic": "cats"})["rows"] == [{"price": 1}]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, "'topic' is a required"),
        ({"topic": 7}, "topic: 7 is not of type 'string'"),
        ({"topic": "CATS"}, "topic: 'CATS' does not match"),
        ({"topic": "cats", "rows": [{"price": 1}, {}]}, "rows.1: 'price' is a required"),
        ({"topic": "cats", "limits": 3}, "limits: The state has no such field. Did you mean 'limit'"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_place(given: dict[str, Any], reason: str):
    """Before anything runs."""
    contract = StateContract(DOCUMENT)
    with pytest.raises(InputsError, match=reason):
        contract.initial(given)
    assert any(reason.split(":")[0] in str(problem) for problem in contract.problems(given))


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("limit", "many", "limit: 'many' is not of type"),
        ("rows", [{"price": "x"}], "rows.0.price: 'x' is not"),
        ("nothing", 1, "no such field"),
        ("limit", 4, None),
        ("note", None, None),
    ],
)
def test_each_write_is_checked(field: str, value: Any, reason: str | None):
    """A step cannot write what the schema does not allow."""
    problem = StateContract(DOCUMENT).field_problem(field, value)
    assert (problem is None) is (reason is None)
    assert reason is None or reason in str(problem)


def test_nothing_counts_as_not_given_where_a_field_cannot_be_nothing():
    """A default of null leaves a field to the launch; one that may be null begins as that."""
    properties = {"a": {"type": "string", "default": None}, "b": {"type": ["string", "null"]}, "c": {"type": "string"}}
    schema = {"type": "object", "properties": properties, "required": ["a", "b"]}
    contract = StateContract({"state": {"json_schema": schema, "default": {"b": None}}})
    assert [name for name, field in contract.fields.items() if field.is_required] == ["a"]
    assert contract.initial({"a": "x", "c": None}) == {"a": "x", "b": None, "c": None}
    with pytest.raises(InputsError, match="'a' is a required"):
        contract.initial({"a": None})


@pytest.mark.parametrize("state", [None, {"type": "dict"}, {"type": "dict", "default": {"a": 1}}, "nonsense"])
def test_a_plain_state_takes_anything(state: Any):
    """Fields that have a default are named; others may be added."""
    contract = StateContract({"state": state})
    assert contract.initial({"b": [1]})["b"] == [1]
    assert contract.field_problem("c", object()) is None


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"properties": {"a": {"$ref": "https://example.com/schema.json"}}}, "x"),
        ({"properties": {"a": {"$ref": "#/properties/a"}}}, "x"),
        ({"properties": {"a": {"pattern": "^(a+)+$"}}}, "a" * 50_000 + "b"),
        ({"properties": {"a": {"pattern": "("}}}, "x"),
    ],
)
def test_a_schema_that_is_a_trap_fits_nothing(schema: dict[str, Any], value: str):
    """Nothing is fetched, nothing recurses without end, and no pattern takes forever."""
    problem = StateContract({"state": {"json_schema": schema}}).field_problem("a", value)
    assert problem is not None
