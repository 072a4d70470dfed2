"""Tables of inputs for flows."""

from __future__ import annotations

from crewlab.definitions.flows.state import StateContract
from crewlab.definitions.flows.state_cells import form_schema, state_rows
from crewlab.definitions.tables.rows import read_table

STATE = {
    "type": "json_schema",
    "json_schema": {
        "properties": {
            "topic": {"type": "string"},
            "limit": {"type": "integer", "minimum": 1},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["topic"],
    },
    "default": {"limit": 3},
}
CONTRACT = StateContract({"state": STATE})


def rows_of(text: str, *names: str, **constants: object):
    table = read_table(text.encode(), "inputs.csv")
    return state_rows(table, {name: name for name in names}, constants, CONTRACT)


def test_cells_are_typed_and_empty_ones_left_to_the_default():
    """A row is a state that fits the schema."""
    first, second = rows_of('topic,limit,tags\ntea,7,"[""green""]"\nmilk,,\n', "topic", "limit", "tags")
    assert (first.state, first.errors) == ({"topic": "tea", "limit": 7, "tags": ["green"]}, ())
    assert (second.state, second.errors) == ({"topic": "milk"}, ())


def test_a_row_says_what_is_wrong_with_it():
    """A cell of the wrong type, a value that the schema refuses, a field that is missing, and a ragged row."""
    rows = rows_of("topic,limit\ntea,many\ntea,0\n,2\ntea\n", "topic", "limit")
    assert rows[0].errors == ("limit: 'many' is no whole number.",)
    assert "minimum" in rows[1].errors[0]
    assert "'topic' is a required property" in rows[2].errors[0]
    assert rows[3].errors
    assert all(not row.errors for row in rows_of("other\nx\n", topic="tea"))


def test_a_form_knows_every_field():
    """Types come from the schema, or from the value where a flow has defaults only; defaults go along."""
    schema = form_schema(CONTRACT)
    assert schema["required"] == ["topic"]
    assert schema["properties"]["limit"] == {"type": "integer", "minimum": 1, "default": 3}
    plain = form_schema(StateContract({"state": {"type": "dict", "default": {"rows": [1], "on": True}}}))
    assert {name: part["type"] for name, part in plain["properties"].items()} == {"rows": "array", "on": "boolean"}
