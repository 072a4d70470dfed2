"""Flows with which crewAI does not go on rightly from a checkpoint."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.definitions.flows.restoring import obstacle
from crewlab.definitions.flows.step_part import graph_in

EXPRESSION = {"call": "expression", "expr": "1"}
START = {"start": True, "do": EXPRESSION}


def found(**fields: Any) -> str:
    document = {"methods": {}, **fields}
    return obstacle(document, graph_in(document)) or ""


def listening(to: Any, **fields: Any) -> dict[str, Any]:
    return {"listen": to, "do": EXPRESSION, **fields}


def deciding(to: Any, *outcomes: str) -> dict[str, Any]:
    return listening(to, router=True, **({"emit": list(outcomes)} if outcomes else {}))


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (
            {"a": START, "b": listening("a"), "c": listening({"and": ["a", "b"]}), "d": listening({"or": ["b", "c"]})},
            "",
        ),
        ({"a": START, "r": deciding("a", "x", "y"), "b": listening({"or": ["x", "y"]})}, ""),
        ({"a": START, "b": listening({"or": ["a", "x"]}), "r": deciding("b", "x", "y")}, "loop"),
        ({"a": START, "b": listening({"or": ["a", "x"]}), "r": deciding("b")}, "loop"),
        ({"a": START, "r": deciding("a", "x"), "b": {"start": "x", "do": EXPRESSION}}, "'b' in more than one way"),
        ({"a": START, "b": {**START, "listen": "a"}}, "'b' in more than one way"),
        ({"a": START, "b": START, "r": deciding("b", "x"), "c": listening({"or": ["a", "x"]})}, "'c' in more than one"),
        ({"a": {"start": True, "do": {"call": "flow", "definition": "other"}}}, "another flow"),
    ],
)
def test_what_may_come_twice_is_found(steps: dict[str, Any], said: str):
    """Restored, crewAI does nothing a second time; a choice between outcomes of one router is no second time."""
    problem = found(methods=steps)
    assert said in problem
    assert bool(problem) is bool(said)


def test_a_conversation_is_one():
    """It goes on with what a person says."""
    assert "conversation" in found(conversational={"llm": "rehearsal/plain"})
