"""Operators of CEL: what they refuse, and that complaints do not feed on each other."""

from __future__ import annotations

from typing import Any

import pytest
from celpy.celtypes import BoolType
from celpy.evaluation import CELEvalError

from crewlab.definitions.expressions.flow_expression import Scope, flow_expression
from crewlab.definitions.expressions.operations import AND, OR
from crewlab.errors import ExpressionError
from tests.definitions.expressions.test_flow_expression import NOW


def value(text: str) -> Any:
    return flow_expression(text).value(Scope({"text": "ab", "texts": ["a"] * 12}, {}, NOW))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("'x' * (true + true)", "types"),
        ("[1] * (true + true)", "types"),
        ("'%9d' % 5", "types"),
        (f"{list(range(40))}.reduce(a, b, true + true, a * a)", "too large"),
        ("7 / 0", "divides by zero"),
        ("state.text.map(x, (5).all(y, true))", "types"),
        ("(5).exists(x, x == 1)", "types"),
        ("(5).reduce(a, b, 0, a + b)", "types"),
    ],
)
def test_what_cel_does_not_calculate_is_refused(text: str, reason: str):
    """Though Python would: a text repeated or filled in to any length, a number of any size."""
    with pytest.raises(ExpressionError, match=reason):
        value(text)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("3 * 2", 6),
        ("7 / 2", 3),
        ("7 % 4", 3),
        ("7.0 / 2.0", 3.5),
        ("[1, 'a'].exists(x, x == 1)", True),  # one that is true is enough, whatever the others are
        ("['a', 1].all(x, x == 2)", False),
        ("[1, 2].all(x, x > 0)", True),
        ("[].exists(x, x == 1)", False),
        ("[].all(x, x == 1)", True),
        ("state.text == 1 || true", True),
        ("state.text == 1 && false", False),
        ("true && state.text", "ab"),  # as celpy has it
    ],
)
def test_what_cel_calculates_is_as_before(text: str, result: Any):
    """Failures count only where nothing else decides."""
    assert value(text) == result


@pytest.mark.parametrize(
    "text",
    [
        "state.texts.exists(x, x == 1)",
        "state.texts.all(x, x > 1)",
        " || ".join(f"state.text == {number}" for number in range(12)),
        " && ".join(f"state.text == {number}" for number in range(12)),
    ],
)
def test_of_many_failures_the_first_is_told(text: str):
    """One for each item must not be written into the next: thirty of them would take all memory there is."""
    with pytest.raises(ExpressionError, match=r"^Line 1, column \d+: the types") as failed:
        value(text)
    assert failed.value.__cause__ is None


def test_a_failure_holds_no_other_failure():
    """Of two the first is handed on as it is."""
    first, second = CELEvalError("first"), CELEvalError("second")
    assert OR(first, second) is AND(first, second) is first
    assert OR(OR(first, second), BoolType(False)) is first
