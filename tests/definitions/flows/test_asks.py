"""What a launch of a flow may give, as placeholders."""

from __future__ import annotations

from typing import Any

from crewlab.definitions.placeholders import missing_inputs, placeholders, with_defaults

SCHEMA = {
    "type": "object",
    "properties": {"topic": {"type": "string"}, "depth": {"type": "string", "default": "full"}, "best": {}},
    "required": ["topic"],
}


def _flow(state: Any, **expressions: str) -> dict[str, Any]:
    steps = {
        name: {"start": True, "do": {"call": "expression", "expr": text}, "set": {"written": "output"}}
        for name, text in expressions.items()
    }
    return {"name": "f", "state": state, "methods": steps}


def test_the_fields_of_a_schema_are_what_a_flow_asks_for():
    """In their order, with the places that read them; needed is what is required and has no default."""
    flow = _flow({"type": "json_schema", "json_schema": SCHEMA}, a="state.topic", b="state.topic + state.depth")
    assert placeholders(flow) == {
        "topic": ("methods.a.do.expr", "methods.b.do.expr"),
        "depth": ("methods.b.do.expr",),
        "best": ("state",),
    }
    assert with_defaults(flow, {"best": None}) == {"depth": "full"}
    assert missing_inputs(flow, {}) == ["topic"]
    assert missing_inputs(flow, {"topic": "x"}) == []


def test_a_plain_state_asks_for_what_steps_read_and_none_writes():
    """Values with a default, that a step sets, or that are asked for with has(), need not be given."""
    flow = _flow(
        {"type": "dict", "default": {"limit": 3}},
        a="state.topic + state.written + string(state.limit) + state.id",
        b="has(state.maybe) ? state.maybe : ''",
    )
    assert placeholders(flow) == {"limit": ("methods.a.do.expr",), "topic": ("methods.a.do.expr",)}
    assert missing_inputs(flow, None) == ["topic"]


def test_a_broken_flow_asks_for_what_can_be_read():
    """A check says what is wrong with the rest."""
    assert placeholders({"methods": {"a": None, "b": {"do": {"call": "expression", "expr": "state."}}}}) == {}
