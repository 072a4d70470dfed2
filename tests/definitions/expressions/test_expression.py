"""CEL expressions: what they read, what they answer, and what they may cost."""

from __future__ import annotations

import time
from typing import Any

import pytest

from crewlab.definitions.expressions import evaluation
from crewlab.definitions.expressions.expression import compiled, renamed
from crewlab.definitions.expressions.names import Names, TaskText
from crewlab.errors import ExpressionError

OUTPUTS = {
    "triage": TaskText('{"priority": "high"}', {"priority": "high", "tags": ["a", "b"], "json": {"x": 1}}),
    "market-brief": TaskText("Two risks."),
    "skipped": TaskText(""),
}
INPUTS = {"depth": "full", "rows": 3}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('outputs.triage.json.priority == "high"', True),
        ('outputs.triage.json.tags.exists(tag, tag == "b") && inputs.rows > 2', True),
        ('(outputs["triage"]).json.json.x == 1', True),
        ('outputs["market-brief"].contains("risk")', True),
        ('outputs["market-brief"].matches("^[A-Z].*risks")', True),
        ('size(outputs.skipped) > 0 || inputs.depth != "full"', False),
        ("outputs.skipped.json == null", True),
        ("has(outputs.triage.json.missing)", False),
    ],
)
def test_an_expression_is_true_or_false(text: str, answer: bool):
    """Outputs are texts with their JSON, inputs are as given; names with other signs stand in brackets."""
    assert compiled(text).is_true(OUTPUTS, INPUTS) is answer


def test_names_are_known_before_anything_runs():
    """What an expression reads decides what its task waits for and what a launch asks for; variables are not names."""
    text = 'outputs.a.json.tags.all(outputs, outputs != "x") && outputs["b c"] == inputs.topic && !(inputs["n"] > 2)'
    assert compiled(text).names == Names(
        outputs=frozenset({"a", "b c"}), json=frozenset({"a"}), inputs=frozenset({"topic", "n"})
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not a CEL expression"),
        ("outputs.a =", "not a CEL expression"),
        ("{topic} == 'x'", "not a CEL expression"),
        ("topic == 'x'", "no name 'topic'"),
        ("outputs == 'x'", "without a name"),
        ("outputs[inputs.x] == 'x'", "other than a name"),
        ("open('/etc/passwd') == 'x'", "no function 'open'"),
        ("outputs.a.read() == 'x'", "no function 'read'"),
        ("google.protobuf.Int32Value{value: 1} == 1", "not supported|no name"),
        ("[1].map(x) == [1]", "wrong number"),
        ("(" * 30 + "true" + ")" * 30, "nested too deep"),
        ("true || " * 400 + "true", "longer than"),
    ],
)
def test_what_cannot_be_read_says_where_and_why(text: str, reason: str):
    """A mistake is found before a run, with what to write instead."""
    with pytest.raises(ExpressionError, match=reason) as failed:
        compiled(text)
    assert failed.value.hint


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("outputs.triage", "neither true nor false"),
        ("outputs.triage.json.priority > 3", "types"),
        ("outputs.triage.json.missing == 1", "no field 'missing'"),
        ("outputs.skipped.json.priority == 1", "types"),
        ("inputs.missing == 1", "no field 'missing'"),
        ("inputs.rows / 0 == 1", "divides by zero"),
        ("int(inputs.depth) == 1", "converted"),
    ],
)
def test_what_fails_says_why_and_shows_no_values(text: str, reason: str):
    """Values may be long, or not meant for an error message."""
    with pytest.raises(ExpressionError, match=reason) as failed:
        compiled(text).is_true(OUTPUTS, INPUTS)
    assert "high" not in str(failed.value)


@pytest.mark.parametrize(
    "text",
    [
        "[1,2,3,4,5,6,7].map(a,[1,2,3,4,5,6,7].map(b,[1,2,3,4,5,6,7].map(c,[1,2,3,4,5,6,7].map(d,a*b*c*d)))) == []",
        "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20].reduce(sum, i, 'aaaaaaaaaa', sum + sum) == ''",
        "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20].reduce(sum, i, [1,2,3], sum + sum) == []",
    ],
)
def test_an_expression_that_explodes_is_stopped(text: str):
    """Nested loops and doubling texts end after a budget of steps, in well under the time that they would take."""
    began = time.thread_time()
    with pytest.raises(ExpressionError, match=r"steps|characters"):
        compiled(text).is_true({}, {})
    assert time.thread_time() - began < 5


def test_too_many_values_are_refused():
    """An output of a hundred thousand values is not turned into CEL values first."""
    big: dict[str, Any] = {"rows": [[1] * 10] * (evaluation.MOST_VALUES // 10)}
    with pytest.raises(ExpressionError, match=r"values|steps"):
        compiled("outputs.a.json.rows.size() > 1").is_true({"a": TaskText("", big)}, {})


def test_only_the_names_that_are_used_are_converted():
    """An output beside those that are named costs nothing, and cannot fail."""
    outputs = {"a": TaskText("x"), "big": TaskText("", {"rows": [1] * 50_000})}
    assert compiled("outputs.a == 'x' && outputs.big == ''").is_true(outputs, {"also": object()})


def test_a_renamed_task_is_renamed_in_expressions():
    """Only the name of the task changes, in whatever way it is written, and texts are left alone."""
    text = "outputs.a.json.a == 'outputs.a' && outputs[\"a\"] == inputs.a"
    assert renamed(text, "a", "b") == "outputs.b.json.a == 'outputs.a' && outputs[\"b\"] == inputs.a"
    assert renamed(text, "a", "my task") == (
        'outputs["my task"].json.a == \'outputs.a\' && outputs["my task"] == inputs.a'
    )
    assert renamed("outputs.a ==", "a", "b") == "outputs.a =="
