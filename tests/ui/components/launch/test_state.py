"""The initial state of a flow as JSON text."""

from __future__ import annotations

from crewlab.definitions.flows.state import StateContract
from crewlab.ui.components.launch.state import MOST_CHARACTERS, read_state

CONTRACT = StateContract(
    {
        "state": {
            "type": "json_schema",
            "json_schema": {
                "properties": {
                    "topic": {"type": "string"},
                    "rows": {"type": "array", "items": {"type": "object", "properties": {"price": {"type": "number"}}}},
                },
                "required": ["topic"],
            },
        }
    }
)


def test_text_that_is_no_json_is_refused_at_its_line():
    """The line where the comma is missing."""
    state, [(line, problem)] = read_state('{\n  "topic": "tea"\n  "rows": []\n}', CONTRACT)
    assert state is None
    assert line == 3
    assert "not valid JSON" in problem


def test_a_value_that_does_not_fit_is_refused_at_its_line():
    """Deep inside, too; a missing field is refused where the object begins."""
    text = '{\n  "topic": "tea",\n  "rows": [\n    {"price": 1},\n    {"price": "dear"}\n  ]\n}'
    _, [(line, problem)] = read_state(text, CONTRACT)
    assert (line, problem.startswith("rows.1.price")) == (5, True)
    _, [(line, problem)] = read_state("{}", CONTRACT)
    assert (line, "topic" in problem) == (1, True)


def test_a_key_twice_or_another_value_is_refused():
    """Only an object is a state, and it may say each thing once."""
    assert read_state('{"topic": "a",\n"topic": "b"}', CONTRACT)[0] is None
    assert read_state("[1]", CONTRACT)[1][0][0] == 1
    assert read_state(" " * (MOST_CHARACTERS + 1), CONTRACT)[1]


def test_a_state_that_fits_is_taken():
    """And nothing at all is an empty state."""
    assert read_state('{"topic": "tea"}', CONTRACT) == ({"topic": "tea"}, [])
    assert read_state("  ", StateContract({})) == ({}, [])
