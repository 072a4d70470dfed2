"""Placeholders by crewAI's rule."""

from __future__ import annotations

import pytest

from crewlab.definitions.placeholders import interpolate, missing_inputs, placeholders, with_defaults
from crewlab.errors import InputsError
from tests.definitions.documents import agent, crew, task


def test_every_placeholder_is_found_with_its_places():
    """Tasks and agents; names in order of appearance."""
    document = crew(agents={"a": agent(role="{who}")}, tasks=[task("t", output_file="{topic}.md")])
    assert placeholders(document) == {
        "topic": ("tasks.t.description", "tasks.t.output_file", "agents.a.goal"),
        "who": ("agents.a.role",),
    }


def test_braces_without_a_name_are_text():
    """JSON in a prompt is no placeholder."""
    document = crew(agents={}, tasks=[task("t", description='{"a": 1} {} { x } {1a} {a b} {ok-1}')])
    assert list(placeholders(document)) == ["ok-1"]


def test_a_default_or_a_value_fills_a_placeholder():
    """`None` counts as not given; an empty text is a value."""
    assert missing_inputs(crew(), {}) == ["topic"]
    assert missing_inputs(crew(), {"topic": None}) == ["topic"]
    assert missing_inputs(crew(), {"topic": ""}) == []
    assert missing_inputs(crew(inputs={"topic": "x"}), None) == []
    assert with_defaults(crew(inputs={"topic": "x", "n": 1}), {"topic": "y", "n": None}) == {"topic": "y", "n": 1}


def test_values_are_filled_in_once():
    """Braces inside a value are the value's."""
    assert interpolate("{a} {b} {c d}", {"a": "{b}", "b": 2}) == "{b} 2 {c d}"


def test_a_missing_value_is_an_error():
    """Nothing runs with `{topic}` in its prompt."""
    with pytest.raises(InputsError, match="topic"):
        interpolate("about {topic}", {})


def test_documents_of_any_shape_have_placeholders():
    """Half-written drafts have none where texts are missing."""
    assert placeholders({"agents": [1], "tasks": "x"}) == {}
    assert placeholders({"tasks": [{"description": 5}, None]}) == {}


def test_inputs_of_conditions_are_asked_for_too():
    """A condition reads an input by name, without braces."""
    document = {
        "tasks": [{"name": "a", "description": "x", "condition": 'inputs.depth == "full" && inputs["n-1"] > 2'}]
    }
    assert placeholders(document) == {"depth": ("tasks.a.condition",), "n-1": ("tasks.a.condition",)}
