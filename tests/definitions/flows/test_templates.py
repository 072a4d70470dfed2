"""Templates: constants, single expressions, and texts with expressions in them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crewlab.definitions.expressions.flow_expression import Scope
from crewlab.definitions.flows.templates import template, template_with
from crewlab.errors import ExpressionError

SCOPE = Scope({"topic": "cats", "rows": [1, 2], "none": None, "is_new": True}, {}, datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("plain {topic} $ {x}", "plain {topic} $ {x}"),
        (7, 7),
        ("${state.rows}", [1, 2]),
        ("  ${state.rows}\n", [1, 2]),
        ("${state.none}", None),
        ("News: ${state.topic}, ${state.rows}, ${state.is_new}${state.none}!", "News: cats, [1, 2], true!"),
        ("${'}' + state.topic} ${{'a': '{'}}", '}cats {"a": "{"}'),
        ('${"a\\"}" + r"\\"}', 'a"}\\'),
        ({"deep": ["x", "${state.topic}"], "n": None}, {"deep": ["x", "cats"], "n": None}),
        ("", ""),
    ],
)
def test_a_whole_expression_keeps_its_type_and_texts_are_filled_in(written: Any, value: Any):
    """Within a text, what is no text becomes JSON and nothing becomes an empty text."""
    assert template(written).render(SCOPE) == value


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("a ${state.topic", "not closed"),
        ("${'}", "not a CEL"),
        ("${" + "x" * 3_000, "not closed within"),
        ("${}", "empty"),
        ({"a": ["${nobody}"]}, "no name 'nobody'"),
    ],
)
def test_a_mistake_is_found_before_a_run(written: Any, reason: str):
    """Templates are read when they are made."""
    with pytest.raises(ExpressionError, match=reason):
        template(written)


def test_expressions_know_their_place():
    """A place leads to the text that holds the expression."""
    found = template({"a": ["x", "${state.topic} and ${state.rows}"], "b": "${state.rows}"}).expressions
    assert [(placed.where, placed.expression.text) for placed in found] == [
        (".a.1", "state.topic"),
        (".a.1", "state.rows"),
        (".b", "state.rows"),
    ]


def test_a_change_reaches_into_lists_and_objects():
    """Only expressions are touched: the same words outside of them stay."""
    written = {"a": ["state.topic is ${state.topic + outputs.topic}"], "n": 1}
    assert template_with(written, lambda text: text.replace("state.topic", "state.subject")) == {
        "a": ["state.topic is ${state.subject + outputs.topic}"],
        "n": 1,
    }
