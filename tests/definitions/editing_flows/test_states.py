"""The fields of a state."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.definitions.editing_flows import states
from crewlab.definitions.flows.state import StateContract
from crewlab.errors import DocumentError


@pytest.fixture
def flow() -> dict[str, Any]:
    """Two fields, one with a default, and a step that reads and writes both."""
    return {
        "name": "x",
        "state": {
            "type": "json_schema",
            "json_schema": {
                "type": "object",
                "properties": {"topic": {"type": "string"}, "best": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
                "required": ["topic"],
            },
            "default": {"topic": "x"},
        },
        "methods": {
            "a": {
                "start": True,
                "do": {"call": "agent", "with": {"role": "r", "input": "About ${state.topic}"}},
                "set": {"best": "state.topic + output.raw"},
            }
        },
    }


def test_fields_are_shown_as_rows(flow):
    """Name, type, default, whether it is required, description; a type that is none of the simple ones is left open."""
    assert states.state_rows(flow) == [
        states.StateRow("topic", "string", "x", is_required=True),
        states.StateRow("best", "", None),
    ]


def test_a_renamed_field_is_followed_everywhere(flow):
    """In the schema, the defaults, what is required, and what steps read and write."""
    changed = states.rename_field(states.rename_field(flow, "topic", "subject"), "best", "result")
    state, step = changed["state"], changed["methods"]["a"]
    assert list(state["json_schema"]["properties"]) == ["subject", "result"]
    assert state["json_schema"]["required"] == ["subject"]
    assert state["default"] == {"subject": "x"}
    assert step["do"]["with"]["input"] == "About ${state.subject}"
    assert step["set"] == {"result": "state.subject + output.raw"}
    with pytest.raises(DocumentError):
        states.rename_field(flow, "topic", "best")


def test_a_field_is_added_described_and_removed(flow):
    """The result is a state that a flow can begin with."""
    changed = states.add_field(flow)
    changed = states.set_type(changed, "field", "integer")
    changed = states.set_default(changed, "field", 3)
    changed = states.set_required(changed, "field", True)
    changed = states.set_description(changed, "field", "How many")
    assert states.state_rows(changed)[-1] == states.StateRow("field", "integer", 3, True, "How many")
    assert StateContract(changed).initial()["field"] == 3
    moved = states.move_field(changed, "field", -1)
    assert [row.name for row in states.state_rows(moved)] == ["topic", "field", "best"]
    assert states.remove_field(changed, "field") == flow


def test_a_default_of_another_type_goes_with_the_old_type(flow):
    """A number has no use for a text."""
    changed = states.set_type(flow, "topic", "number")
    assert "default" not in changed["state"]


def test_a_plain_dict_becomes_a_schema_when_it_is_edited():
    """Its fields keep their defaults, and it may still hold fields that nobody names."""
    flow = {"name": "x", "state": {"type": "dict", "default": {"rows": [1], "ok": True}}}
    assert [row.type for row in states.state_rows(flow)] == ["array", "boolean"]
    changed = states.set_description(flow, "rows", "Numbers")
    contract = StateContract(changed)
    assert contract.is_open
    assert contract.initial({"more": 1}) == {"rows": [1], "ok": True, "more": 1}


def test_a_flow_without_state_gets_one():
    """The first field makes the schema."""
    changed = states.add_field({"name": "x"}, "topic")
    assert StateContract(changed).initial() == {"topic": None}


@pytest.mark.parametrize(
    "state", [3, [], {"json_schema": 3}, {"json_schema": {"properties": []}}, {"json_schema": {"properties": {"a": 1}}}]
)
def test_a_state_that_forms_cannot_show_is_known(state):
    """It is edited as text."""
    assert not states.is_editable_state({"state": state})
