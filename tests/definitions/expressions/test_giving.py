"""What an expression may give, before it is evaluated."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewlab.definitions.expressions.flow_expression import Scope, flow_expression
from crewlab.definitions.expressions.giving import constant
from crewlab.definitions.expressions.names import ANYTHING, Given
from crewlab.errors import ExpressionError
from tests.definitions.expressions.test_flow_expression import NOW


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'a'", "a"),
        ('"a"', "a"),
        ("r'a'", "a"),
        ("5", 5),
        ("-5", -5),
        ("2.5", 2.5),
        ("(true)", True),
        ("null", None),
        ("[1, ['a']]", [1, ["a"]]),
        ("[]", []),
    ],
)
def test_a_constant_is_known_as_it_is(text: str, value: Any):
    """And it is what evaluating the expression gives."""
    expression = flow_expression(text)
    (told,) = expression.gives
    assert (told.is_constant, told.value, type(told.value)) == (True, value, type(value))
    assert expression.value(Scope({}, {}, NOW)) == value


STATE = {"n": 3, "text": "ab", "rows": [1, 2], "flag": True}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("state.n + 1", "number"),
        ("3 * 2 - 1", "integer"),
        ("1 + 1", "integer"),
        ("-state.n", "number"),
        ("state.n * 2 > 1", "boolean"),
        ("!state.flag", "boolean"),
        ("state.n > 1 && !state.flag", "boolean"),
        ("state.n > 1 || false", "boolean"),
        ("'a' + state.text", "string"),
        ("state.text + 'a'", "string"),
        ("'a\\n'", "string"),
        ("b'a'", "string"),
        ("string(state.n)", "string"),
        ("now()", "string"),
        ("size(state.rows)", "integer"),
        ("state.text.size()", "integer"),
        ("double(state.n)", "number"),
        ("has(state.n)", "boolean"),
        ("state.text.startsWith('a')", "boolean"),
        ("state.rows.exists(row, row > 1)", "boolean"),
        ("state.rows.map(row, row + 1)", "array"),
        ("state.rows + [3]", "array"),
        ("[state.n]", "array"),
        ("{'a': state.n}", "object"),
        ("{}", "object"),
    ],
)
def test_the_type_is_known_where_the_expression_says_it(text: str, kind: str):
    """It is the type of the value that evaluating it gives."""
    types = {"boolean": bool, "integer": int, "number": int | float, "string": str, "array": list, "object": dict}
    expression = flow_expression(text)
    assert expression.gives == (Given(kind),)  # type: ignore[arg-type]  # one of them
    value = expression.value(Scope(STATE, {}, NOW))
    assert isinstance(value, types[kind])


PARTS = st.sampled_from(
    ["1", "-2", "2.5", "'a'", "true", "null", "[]", "{}", "now()", "state.n", "state.text", "state.rows", "state.flag",
     "state['of']['a']", "state.none", "state.rows[0]", "5u", "b'q'", "'\\n'"]
)  # fmt: skip
OPERATORS = st.sampled_from(["+", "-", "*", "/", "%", "==", "<", "in", "&&", "||"])
CALLS = st.sampled_from(
    ["size({})", "string({})", "double({})", "!{}", "-{}", "({})", "[{}]", "[{}, 1]", "{{'k': {}}}", "dyn({})",
     "type({})",     "({}).map(x, x)", "({}).exists(x, x == 1)", "({}).startsWith('a')", "({}).size()"]
)  # fmt: skip
EXPRESSIONS = st.recursive(
    PARTS,
    lambda inner: (
        st.builds("{} {} {}".format, inner, OPERATORS, inner)
        | st.builds("{} ? {} : {}".format, st.sampled_from(["state.flag", "state.n > 5"]) | inner, inner, inner)
        | st.builds(str.format, CALLS, inner)
    ),
    max_leaves=8,
)
SCOPE = Scope({**STATE, "of": {"a": 1}, "none": None}, {}, NOW)


@given(text=EXPRESSIONS)
@settings(max_examples=300)
def test_what_an_expression_gives_is_among_what_is_told(text: str):
    """Whatever the expression is: no rule that relies on it complains of something that could not be."""
    try:
        expression = flow_expression(text)
        value = expression.value(SCOPE)
    except ExpressionError:
        return
    assert any(_is(told, value) for told in expression.gives), (value, expression.gives)


def _is(told: Given, value: Any) -> bool:
    if told.path:
        return bool(flow_expression(".".join(told.path)).value(SCOPE) == value)
    if told.is_constant:
        return bool(told.value == value) and type(told.value) is type(value)
    return told.kind in ("any", constant(value).kind) or (told.kind == "number" and isinstance(value, int))


def test_every_branch_is_told():
    """With what is handed on, and by which path."""
    text = "state.n > 1 ? 'many' : (has(state.text) ? state['text'] : null)"
    assert flow_expression(text).gives == (
        Given("string", "many", is_constant=True),
        Given("read", path=("state", "text")),
        Given("null", None, is_constant=True),
    )
    assert flow_expression("state.text").gives == (Given("read", path=("state", "text")),)


@pytest.mark.parametrize(
    "text", ["state.rows[0]", "state.n + state.n", "state.n * 2", "state.flag && true", "dyn(state.n)", "[1, 2][0]"]
)
def test_nothing_is_said_of_the_rest(text: str):
    """Rather than something wrong."""
    assert flow_expression(text).gives == ANYTHING


def test_of_very_many_branches_nothing_is_said():
    """Nobody writes that, and no check has to go through it."""
    text = "'x'"
    for number in range(40):
        text = f"state.n == {number} ? 'v{number}' : {text}"
    assert flow_expression(text).gives == ANYTHING
