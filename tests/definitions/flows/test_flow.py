"""Documents of flows with types."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.definitions.flows.flow import CrewAction, EachAction, parse_flow
from crewlab.errors import DocumentError

EXPRESSION = {"call": "expression", "expr": "state.topic"}


def _flow(**steps: Any) -> dict[str, Any]:
    return {"schema": "crewai.flow/v1", "name": "brief", "methods": steps}


def test_a_flow_of_crewai_and_our_extensions_are_read():
    """Every kind of step, its trigger, and what it hands on."""
    document = _flow(
        research={
            "start": True,
            "do": {"call": "crew", "definition": "market-brief", "version": 3, "inputs": {"topic": "${state.topic}"}},
            "set": {"brief": "output.raw"},
            "on_error": {"emit": "broken"},
            "timeout_seconds": 30,
        },
        rows={
            "listen": {"and": ["research", "side"]},
            "do": {"call": "each", "in": "state.rows", "concurrency": 4, "do": [{"name": "a", "action": EXPRESSION}]},
        },
        ask={"listen": "rows", "do": EXPRESSION, "human_feedback": {"message": "Good?", "emit": ["yes", "no"]}},
    )
    steps = parse_flow(document).steps
    research, rows = steps["research"].do, steps["rows"].do
    assert isinstance(research, CrewAction)
    assert isinstance(rows, EachAction)
    assert (research.definition, research.version, steps["research"].error_outcome) == ("market-brief", 3, "broken")
    assert (rows.concurrency, rows.do[0].name, str(steps["rows"].trigger)) == (4, "a", "research and side")
    assert (steps["ask"].is_router, steps["ask"].outcomes) == (True, ("yes", "no"))
    assert steps["research"].set_ == {"brief": "output.raw"}


def test_fields_that_nobody_knows_survive():
    """What crewAI has besides, and what others add, comes back as it was."""
    document = _flow(a={"start": True, "do": {**EXPRESSION, "later": 1}, "colour": "red"})
    document |= {"config": {"max_method_calls": 5, "memory": {"enabled": True}}, "ours": [1]}
    assert parse_flow(document).model_dump(by_alias=True, exclude_unset=True) == document


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"methods": {}}, "name"),
        (_flow(a={}), "methods.a.do"),
        (_flow(a={"do": {"call": "nothing"}}), "should be one of crew, flow"),
        (
            _flow(a={"do": {"call": "each", "in": "x", "do": [{"name": "b", "action": {"call": "each"}}]}}),
            "within each",
        ),
        (_flow(a={"do": EXPRESSION, "listen": {"and": []}}), "trigger"),
        (_flow(a={"do": EXPRESSION, "timeout_seconds": 0}), "greater than 0"),
    ],
)
def test_the_wrong_shape_is_refused_with_its_place(document: dict[str, Any], reason: str):
    """One sentence, without the value."""
    with pytest.raises(DocumentError, match=reason):
        parse_flow(document)
