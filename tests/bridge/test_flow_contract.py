"""Our documents and expressions of flows against those of the installed crewAI: an upgrade fails here by name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crewlab.definitions.expressions.flow_expression import Scope, flow_expression
from crewlab.definitions.flows.flow import FlowConfig, FlowDocument, StepDocument
from crewlab.definitions.flows.templates import template
from crewlab.definitions.kinds import SCHEMA

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STATE: dict[str, Any] = {"topic": "cats", "rows": [1, 2], "none": None, "price": 2.5}
OUTPUTS = {"find": {"raw": "found", "tasks_output": [{"raw": "one"}]}}
OURS = {"set", "on_error", "timeout_seconds"}


def _names(model: Any) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def test_flows_and_steps_have_crewais_fields_and_three_of_our_own():
    """Whatever crewAI adds to its documents has to be decided upon here."""
    from crewai.flow.flow_definition import FlowDefinition, FlowMethodDefinition

    assert _names(FlowDocument) == _names(FlowDefinition)
    assert _names(StepDocument) == _names(FlowMethodDefinition) | OURS


def test_defaults_are_crewais():
    """The version of the schema, and how often a step may run."""
    from crewai.flow.flow_definition import FlowDefinition

    stock = FlowDefinition(name="a")
    assert (stock.schema_, stock.config.max_method_calls) == (SCHEMA, FlowConfig().max_method_calls)


@pytest.mark.parametrize(
    "text",
    [
        "state.rows.map(row, row * 2)",
        "outputs.find.tasks_output[0].raw + state.topic",
        "{'a': state.price * 2.0, 'b': [null, true, 1.0 == 1.0]}",
        "[now(), now() - duration('24h')]",
        "duration('90s')",
        "b'abc'",
        "has(state.nothing) || 'topic' in state",
        "string(1.0)",
        "state.none == null",
        "${ state.topic }",
    ],
)
def test_an_expression_gives_what_crewai_makes_of_it(text: str):
    """The same text with the same values, and JSON of the same types."""
    from crewai.flow.expressions import Expression

    stock = Expression(text, context={"state": STATE, "outputs": OUTPUTS}, now=NOW).evaluate()
    assert repr(flow_expression(text).value(Scope(STATE, OUTPUTS, NOW))) == repr(stock)


@pytest.mark.parametrize(
    "text",
    [
        "${state.rows}",
        "  ${state.none}\n",
        "a ${state.rows} ${state.none} ${1.0 * 2.0} ${{'a': '}'}} ${now()}",
        "no {expression} $ here",
    ],
)
def test_a_template_is_filled_in_as_crewai_does(text: str):
    """What keeps its type keeps it there too, and what becomes text becomes the same text."""
    from crewai.flow.expressions import Expression

    stock = Expression(text, context={"state": STATE, "outputs": OUTPUTS}, now=NOW).render_template()
    assert template(text).render(Scope(STATE, OUTPUTS, NOW)) == stock
