"""Mappings: what a step is given, and where it comes from."""

from __future__ import annotations

from typing import Any

from crewlab.definitions.flows.flow import parse_flow
from crewlab.definitions.flows.mapping import action_inputs


def _inputs(action: dict[str, Any]) -> dict[str, str]:
    step = parse_flow({"name": "f", "methods": {"s": {"start": True, "do": action}}}).steps["s"]
    return {given.name: given.source for given in action_inputs(step.do)}


def test_each_input_of_a_crew_names_its_sources():
    """Constants, the state, steps, and single tasks of earlier crews, each as a person says it."""
    action = {
        "call": "crew",
        "definition": "brief",
        "inputs": {
            "depth": "full",
            "topic": "${state.topic.name}",
            "both": "${outputs.a.raw} and ${outputs.b.tasks.find.json_dict.url}",
            "rest": "${state}",
        },
        "context": {"report": ["${outputs.a.tasks['find it'].raw}", "by hand"]},
    }
    assert _inputs(action) == {
        "depth": "constant",
        "topic": "state.topic.name",
        "both": "step a.raw, task find of b.json_dict.url",
        "rest": "the whole state",
        "report": "task find it of a.raw",
    }


def test_other_steps_have_inputs_too():
    """An agent its input, a tool its arguments, an expression what it reads."""
    assert _inputs({"call": "agent", "with": {"role": "A", "input": "Say ${outputs.a.raw}"}}) == {"input": "step a.raw"}
    assert _inputs({"call": "tool", "ref": "Search", "with": {"q": ["${state.q}"]}}) == {"q": "state.q"}
    assert _inputs({"call": "expression", "expr": "size(state.rows) + outputs.a"}) == {"expr": "state.rows, step a"}
    assert _inputs({"call": "script", "code": "pass"}) == {}
