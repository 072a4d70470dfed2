"""What a step's inputs can be chosen from."""

from __future__ import annotations

import pytest

from crewlab.definitions.editing_flows.sources import (
    chosen_expression,
    item_choices,
    source_choices,
    text_value,
    value_text,
)
from crewlab.definitions.flows.templates import template

CREW = {
    "name": "brief",
    "agents": {"a": {}},
    "tasks": [
        {"name": "find it", "agent": "a"},
        {"name": "judge", "agent": "a", "output_json": {"properties": {"score": {"type": "integer"}}}},
    ],
}
FLOW = {
    "state": {"type": "dict", "default": {"topic": "x"}},
    "methods": {
        "later": {"listen": "use", "do": {"call": "expression", "expr": "1"}},
        "find": {"start": True, "do": {"call": "crew", "definition": "brief"}},
        "gate": {
            "listen": "find",
            "do": {"call": "expression", "expr": "1"},
            "human_feedback": {"message": "?", "emit": ["yes"]},
        },
        "use": {
            "listen": "yes",
            "do": {
                "call": "each",
                "in": "state.rows",
                "do": [
                    {"name": "one", "action": {"call": "tool", "ref": "T"}},
                    {"name": "two", "action": {"call": "tool", "ref": "T"}},
                ],
            },
        },
    },
}


def expressions(choices) -> list[str]:
    """CEL of each."""
    return [choice.expression for choice in choices]


def test_choices_are_state_then_what_comes_before_then_the_rest():
    """A crew offers its tasks and the fields of their JSON; a person what was said and decided."""
    choices = source_choices(FLOW, "use", lambda name, number: CREW)
    assert expressions(choices) == [
        "state.topic",
        "outputs.gate.feedback",
        "outputs.gate.outcome",
        "outputs.gate.output",
        "outputs.find.raw",
        "outputs.find.json_dict.score",
        'outputs.find.tasks["find it"].raw',
        "outputs.find.tasks.judge.raw",
        "outputs.find.tasks.judge.json_dict.score",
        "outputs.later",
    ]
    assert choices[-1].label == "later › value (does not come before)"
    assert not [template(choice.template) for choice in choices if not template(choice.template).expressions]


def test_a_step_within_each_may_take_the_item():
    """And what was made of the same item before."""
    choices = item_choices(FLOW, "use", 1, lambda name, number: None)
    assert expressions(choices)[:3] == ["item", "outputs.one", "state.topic"]


def test_a_crew_that_is_not_there_offers_its_text_alone():
    """Nothing is known of its tasks."""
    choices = source_choices(FLOW, "gate", lambda name, number: None)
    assert "outputs.find.raw" in expressions(choices)
    assert not [choice for choice in expressions(choices) if ".tasks" in choice]


@pytest.mark.parametrize(
    ("value", "expression"),
    [("${state.x}", "state.x"), (" ${ state.x } ", "state.x"), ("a ${state.x}", None), ("${a}${b}", None), (3, None)],
)
def test_a_value_that_is_one_expression_is_a_choice(value, expression):
    """Anything else is written by hand."""
    assert chosen_expression(value) == expression


def test_a_number_stays_a_number():
    """What was no text is edited as JSON and stays what it was."""
    assert text_value("4", 3) == 4
    assert text_value("4", "3") == "4"
    assert text_value("four", 3) == "four"
    assert value_text([1, 2]) == "[1, 2]"
