"""CEL of flows: what it reads, what it gives, and what it may cost."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from crewlab.definitions.expressions.flow_expression import (
    EACH_ROOTS,
    SET_ROOTS,
    Scope,
    flow_expression,
    with_renamed,
)
from crewlab.errors import ExpressionError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SCOPE = Scope(
    state={"topic": "cats", "rows": [1, 2, 3], "empty": None, "price": 2.5},
    outputs={
        "research": {
            "raw": "found",
            "json_dict": {"score": 7},
            "tasks": {"find": {"raw": "one"}, "find it": {"raw": "two"}},
        }
    },
    now=NOW,
    local={"item": {"n": 3}},
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("state.topic", "cats"),
        ("${outputs.research.raw}", "found"),
        ("outputs.research.tasks.find.raw", "one"),
        ('outputs.research.tasks["find it"].raw', "two"),
        ("outputs.research.json_dict.score > 5 ? 'good' : 'bad'", "good"),
        ("state.rows.map(row, row * 2)", [2, 4, 6]),
        ("{'a': state.rows[1], 'b': [state.topic, null, true, 1.5]}", {"a": 2, "b": ["cats", None, True, 1.5]}),
        ("state.price * 2.0", 5.0),
        ("now()", "2026-03-01T12:00:00Z"),
        ("string(now() - duration('24h'))", "2026-02-28T12:00:00Z"),
        ("has(state.nothing) || has(outputs.later)", False),
        ("state.empty == null", True),
        ("size(state)", 4),
        ("item.n + 1", 4),
        ("b'abc'", "YWJj"),
    ],
)
def test_values_are_json(text: str, value: Any):
    """State, outputs and the item of each go in as JSON, and JSON comes out, times as text."""
    found = flow_expression(text, EACH_ROOTS).value(SCOPE)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("state.nothing", "no field nothing"),
        ("outputs.later.raw", "'later' has not run before"),
        ("state.topic.length", "has no fields"),
        ("state.rows[7]", "shorter"),
        ("[1 / 0]", "divides by zero"),
        ("1.0 / 0.0", "without end"),
        ("type(1)", "no JSON"),
        ("item", "no item here"),
    ],
)
def test_a_failure_is_said_in_words(text: str, reason: str):
    """What cannot be evaluated never ends in a traceback of CEL's library."""
    with pytest.raises(ExpressionError, match=reason):
        flow_expression(text, EACH_ROOTS).value(Scope(SCOPE.state, SCOPE.outputs, NOW))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("${ }", "empty"),
        ("state.", "not a CEL expression"),
        ("item.n", "no name 'item'"),
        ("inputs.topic", "no name 'inputs'"),
        ("open('/etc/passwd')", "no function 'open'"),
        ("google.protobuf.Int32Value{value: 1}", "no name|not supported"),
        ("(" * 40 + "1" + ")" * 40, "nested too deep"),
        ("1 + " * 700 + "1", "longer than"),
    ],
)
def test_what_cannot_be_read_is_refused_before_a_run(text: str, reason: str):
    """Names and functions are known from the text alone."""
    with pytest.raises(ExpressionError, match=reason):
        flow_expression(text)


def test_reads_are_whole_paths():
    """Names in quotes count, a number in brackets ends a path, and variables of macros are no reads."""
    text = "outputs.research.tasks['find it'].raw + state.rows[0] + string(state.rows.map(state, state + 1).size())"
    assert flow_expression(text).paths == (
        ("outputs", "research", "tasks", "find it", "raw"),
        ("state", "rows"),
        ("state", "rows"),
    )


def test_only_what_is_read_is_converted():
    """Outputs that an expression does not read cost nothing and cannot use up its budget."""
    huge = Scope({"topic": "cats", "all": list(range(100_000))}, {"a": {"raw": "x", "all": list(range(100_000))}}, NOW)
    assert flow_expression("state.topic + outputs.a.raw").value(huge) == "catsx"
    assert len(flow_expression("state.all").value(huge)) == 100_000
    with pytest.raises(ExpressionError, match="more than"):
        flow_expression("size(state.all)").value(huge)


def test_a_bomb_ends_within_its_budget():
    """Nested loops cannot keep a processor busy."""
    numbers = "[" + ",".join(["1"] * 40) + "]"
    bomb = f"{numbers}.map(a, {numbers}.map(b, {numbers}.map(c, a + b + c)))"
    began = time.thread_time()
    with pytest.raises(ExpressionError, match="steps"):
        flow_expression(bomb).value(SCOPE)
    assert time.thread_time() - began < 5


def test_a_router_may_ask_only_whether():
    """A condition is true or false, as in crewAI; a text is no answer."""
    assert flow_expression("size(state.rows) == 3").is_true(SCOPE) is True
    with pytest.raises(ExpressionError, match="neither true nor false"):
        flow_expression("state.topic").is_true(SCOPE)


@pytest.mark.parametrize(
    ("text", "path", "new", "renamed"),
    [
        ("outputs.a.raw + outputs['a'].raw", ("outputs", "a"), "b", 'outputs.b.raw + outputs["b"].raw'),
        (" ${outputs.a.raw} ", ("outputs", "a"), "find it", ' ${outputs["find it"].raw} '),
        ("state.a + output.a", ("state", "a"), "b", "state.b + output.a"),
        ("outputs.x.tasks.a.raw", ("outputs", "x", "tasks", "a"), "b", "outputs.x.tasks.b.raw"),
        ("state.a +", ("state", "a"), "b", "state.a +"),
    ],
)
def test_names_can_be_renamed(text: str, path: tuple[str, ...], new: str, renamed: str):
    """Each way of writing a name is found, and unreadable text stays as it is."""
    assert with_renamed(text, path, new, SET_ROOTS) == renamed
